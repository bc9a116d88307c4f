// Stands in for Apple's header where there is no Apple SDK. libcurl calls this one function only
// to switch on macOS's mapping of IPv4 literals into IPv6-only networks; a program for GitHub's
// runners does without, and so without linking a framework.
#pragma once

typedef const void *CFDictionaryRef;

static inline CFDictionaryRef SCDynamicStoreCopyProxies(const void *store) {
  (void)store;
  return 0;
}

static inline void CFRelease(const void *object) { (void)object; }
