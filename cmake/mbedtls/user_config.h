// What the static programs change in mbedTLS's default configuration. scripts/build-deps appends
// this to the installed configuration, so that libcurl sees the same structures.
#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_PTHREAD
#if defined(__linux__)
// The default reads /dev/urandom, which a chroot or a bare container may lack: see entropy.c.
#define MBEDTLS_NO_PLATFORM_ENTROPY
#define MBEDTLS_ENTROPY_HARDWARE_ALT
#endif
