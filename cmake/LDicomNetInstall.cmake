# Installation, in three components: `devel` (headers, CMake package, pkg-config file), `shared` and `static`. A prefix
# may hold devel with either library or with both; each library has its export file, so that none names what is not there.

set(ldicomnet_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/LDicomNet")

install(DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT devel FILES_MATCHING PATTERN "*.h")

install(FILES "${ldicomnet_archive_file}" DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT static)
install(TARGETS ldicomnet_static EXPORT LDicomNetStatic)
install(EXPORT LDicomNetStatic FILE LDicomNet-static.cmake NAMESPACE LDicomNet::
  DESTINATION "${ldicomnet_package_dir}" COMPONENT static)

if(TARGET ldicomnet_shared)
  install(TARGETS ldicomnet_shared EXPORT LDicomNetShared
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT shared NAMELINK_COMPONENT shared)
  install(EXPORT LDicomNetShared FILE LDicomNet-shared.cmake NAMESPACE LDicomNet::
    DESTINATION "${ldicomnet_package_dir}" COMPONENT shared)
endif()

configure_package_config_file(cmake/LDicomNetConfig.cmake.in "${CMAKE_CURRENT_BINARY_DIR}/LDicomNetConfig.cmake"
  INSTALL_DESTINATION "${ldicomnet_package_dir}")
# Before 1.0 a minor version may break what the one before it promised.
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/LDicomNetConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/LDicomNetConfig.cmake" "${CMAKE_CURRENT_BINARY_DIR}/LDicomNetConfigVersion.cmake"
  DESTINATION "${ldicomnet_package_dir}" COMPONENT devel)

# The .pc file finds its prefix from where it lies, so that `cmake --install --prefix` and a moved tree both work.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
  set(ldicomnet_pc_prefix "${CMAKE_INSTALL_PREFIX}")
  set(ldicomnet_pc_libdir "${CMAKE_INSTALL_FULL_LIBDIR}")
  set(ldicomnet_pc_includedir "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
else()
  string(REGEX REPLACE "[^/]+" ".." ldicomnet_pc_up "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
  set(ldicomnet_pc_prefix "\${pcfiledir}/${ldicomnet_pc_up}")
  set(ldicomnet_pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  set(ldicomnet_pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
set(ldicomnet_pc_private "${CMAKE_THREAD_LIBS_INIT}")
foreach(library IN LISTS ldicomnet_system_libraries ldicomnet_cxx_runtime)
  string(APPEND ldicomnet_pc_private " -l${library}")
endforeach()
string(STRIP "${ldicomnet_pc_private}" ldicomnet_pc_private)
configure_file(cmake/ldicomnet.pc.in "${CMAKE_CURRENT_BINARY_DIR}/ldicomnet.pc" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/ldicomnet.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT devel)
