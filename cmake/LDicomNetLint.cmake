# clang-tidy and editors learn here how build.rs compiles cpp/: a target that nothing builds, for its entries in
# compile_commands.json.

file(GLOB ldicomnet_face_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/cpp/*.cpp")
if(ldicomnet_face_sources)
  add_library(ldicomnet_face OBJECT EXCLUDE_FROM_ALL ${ldicomnet_face_sources})
  set_target_properties(ldicomnet_face PROPERTIES
    CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_include_directories(ldicomnet_face PRIVATE include cpp)
  target_include_directories(ldicomnet_face SYSTEM PRIVATE "${ldicomnet_glue_dir}")
  target_compile_options(ldicomnet_face PRIVATE -Wall -Wextra)
endif()
