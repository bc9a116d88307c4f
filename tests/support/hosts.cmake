# What the hosts of the tests stand on beside git and lighttpd. Where something is missing, a message
# says so and the tests that need it are left out; scripts/test installs all of it on Debian.

# Debian's own python3 goes first: its packages are the ones that apt installs.
find_program(HOSTS_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(HOSTS_PYTHON NAMES python3)
find_program(HOSTS_NGINX NAMES nginx PATHS /usr/sbin /usr/local/sbin)
find_program(HOSTS_JAVA NAMES java)

set(python "${HOSTS_PYTHON}")
set(nginx "${HOSTS_NGINX}")
set(java "${HOSTS_JAVA}")
set(dulwich_python "${HOSTS_PYTHON}")
if(NOT HOSTS_PYTHON)
  message(STATUS "hosts: no python3, so only JGit is tested with")
  set(python "")
  set(dulwich_python "")
else()
  execute_process(COMMAND ${HOSTS_PYTHON} -c "import dulwich.web"
    RESULT_VARIABLE dulwich_is_missing OUTPUT_QUIET ERROR_QUIET)
  if(dulwich_is_missing)
    message(STATUS "hosts: no dulwich (python3-dulwich), so it is not tested with")
    set(dulwich_python "")
  endif()
endif()
if(NOT HOSTS_NGINX)
  message(STATUS "hosts: no nginx, so Gitea behind it is not tested with")
  set(nginx "")
endif()

set(jgit_classpath "")
foreach(jar org.eclipse.jgit org.eclipse.jgit.http.server javaewah jsch slf4j-api slf4j-nop
    servlet-api jetty9-server jetty9-servlet jetty9-http jetty9-io jetty9-util jetty9-util-ajax
    jetty9-security jetty9-xml)
  find_file(HOSTS_JAR_${jar} ${jar}.jar PATHS /usr/share/java NO_DEFAULT_PATH)
  if(NOT HOSTS_JAR_${jar} OR NOT HOSTS_JAVA)
    message(STATUS "hosts: no java or no ${jar}.jar (libjgit-java, libjetty9-java), so JGit is not "
      "tested with")
    set(java "")
    break()
  endif()
  string(APPEND jgit_classpath "${HOSTS_JAR_${jar}}:")
endforeach()

target_compile_definitions(support PRIVATE
  HOSTS_PYTHON="${python}"
  HOSTS_NGINX="${nginx}"
  HOSTS_JAVA="${java}"
  HOSTS_JGIT_CLASSPATH="${jgit_classpath}"
  HOSTS_DULWICH_PYTHON="${dulwich_python}"
  SUPPORT_FOLDER="${CMAKE_CURRENT_SOURCE_DIR}/support")
