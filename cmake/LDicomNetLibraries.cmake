# The libraries that a program links: LDicomNet::shared, LDicomNet::static, and LDicomNet::LDicomNet for one of them.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# What the archive needs beside itself: rustc's `--print native-static-libs`, with the C++ runtime for programs in C.
set(ldicomnet_system_libraries m)
if(CMAKE_DL_LIBS)
  list(APPEND ldicomnet_system_libraries ${CMAKE_DL_LIBS})
endif()
set(ldicomnet_cxx_runtime ${CMAKE_CXX_IMPLICIT_LINK_LIBRARIES})
list(FILTER ldicomnet_cxx_runtime INCLUDE REGEX "^(stdc\\+\\+|c\\+\\+)$")
list(REMOVE_DUPLICATES ldicomnet_cxx_runtime)

# A shared library from the archive is a matter of the linker. This is how an ELF linker does it; elsewhere the static
# library is what there is, and it is complete.
set(ldicomnet_elf OFF)
if(UNIX AND NOT APPLE)
  set(ldicomnet_elf ON)
endif()
if(NOT ldicomnet_elf)
  set(LDICOMNET_USE_STATIC ON)
endif()

add_library(ldicomnet_static INTERFACE)
add_library(LDicomNet::static ALIAS ldicomnet_static)
set_target_properties(ldicomnet_static PROPERTIES EXPORT_NAME static)
target_include_directories(ldicomnet_static INTERFACE
  "$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_link_libraries(ldicomnet_static INTERFACE
  "$<BUILD_INTERFACE:ldicomnet_archive>" "$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}/libldicomnet.a>"
  Threads::Threads ${ldicomnet_system_libraries} ${ldicomnet_cxx_runtime})
if(ldicomnet_elf)
  # The archive holds Rust's standard library; a program keeps what it reaches.
  target_link_options(ldicomnet_static INTERFACE -Wl,--gc-sections)
endif()

if(ldicomnet_elf)
  set(ldicomnet_map "${CMAKE_CURRENT_SOURCE_DIR}/cmake/ldicomnet.map")
  set(ldicomnet_empty "${CMAKE_CURRENT_BINARY_DIR}/empty.cpp") # CMake wants one source; all the code is in the archive
  if(NOT EXISTS "${ldicomnet_empty}")
    file(WRITE "${ldicomnet_empty}" "")
  endif()
  add_library(ldicomnet_shared SHARED "${ldicomnet_empty}")
  add_library(LDicomNet::shared ALIAS ldicomnet_shared)
  set_target_properties(ldicomnet_shared PROPERTIES
    EXPORT_NAME shared OUTPUT_NAME ldicomnet
    VERSION "${PROJECT_VERSION}" SOVERSION ${LDICOMNET_SOVERSION}
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/lib"
    LINK_DEPENDS "${ldicomnet_map};${ldicomnet_archive_file}")
  target_include_directories(ldicomnet_shared INTERFACE
    "$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_compile_definitions(ldicomnet_shared INTERFACE LDICOMNET_SHARED) # see include/ldicomnet/export.h
  # Not rustc's cdylib: that one drops the C++ classes and exports the bridge's own symbols.
  target_link_libraries(ldicomnet_shared PRIVATE
    -Wl,--whole-archive "${ldicomnet_archive_file}" -Wl,--no-whole-archive Threads::Threads ${ldicomnet_system_libraries})
  target_link_options(ldicomnet_shared PRIVATE "-Wl,--version-script=${ldicomnet_map}" -Wl,--gc-sections)
  # A sanitizer's own symbols are in the program, with some compilers, and undefined in a library.
  if(NOT LDICOMNET_SANITIZE)
    target_link_options(ldicomnet_shared PRIVATE -Wl,-z,defs)
  endif()
  add_dependencies(ldicomnet_shared ldicomnet_cargo)
endif()

if(LDICOMNET_USE_STATIC)
  add_library(LDicomNet::LDicomNet ALIAS ldicomnet_static)
else()
  add_library(LDicomNet::LDicomNet ALIAS ldicomnet_shared)
endif()
