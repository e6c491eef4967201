# The crate's archive, libldicomnet.a, by cargo: target `ldicomnet_cargo`, imported library `ldicomnet_archive`.
# The C++ compiler and its flags go to cargo in CXX and CXXFLAGS, so that cpp/, the glue and the programs of this
# build are compiled alike, sanitizers included.

find_program(LDICOMNET_CARGO cargo HINTS "$ENV{CARGO_HOME}/bin" "$ENV{HOME}/.cargo/bin" DOC "cargo, which builds the library")
if(NOT LDICOMNET_CARGO)
  message(FATAL_ERROR "LDicomNet is built by cargo, which was not found: install the Rust toolchain, or give its path with -DLDICOMNET_CARGO=")
endif()

set(ldicomnet_profile_default release)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(ldicomnet_profile_default dev)
endif()
set(LDICOMNET_CARGO_PROFILE "${ldicomnet_profile_default}" CACHE STRING "Profile that cargo builds the crate in")
set(LDICOMNET_CARGO_DIR "${CMAKE_CURRENT_BINARY_DIR}/cargo" CACHE PATH "Where cargo keeps what it builds")

# cargo names the folder of its `dev` profile `debug`, and every other after the profile.
set(ldicomnet_profile_dir "${LDICOMNET_CARGO_PROFILE}")
if(LDICOMNET_CARGO_PROFILE STREQUAL "dev")
  set(ldicomnet_profile_dir debug)
endif()
set(ldicomnet_archive_file "${LDICOMNET_CARGO_DIR}/${ldicomnet_profile_dir}/libldicomnet.a")
# cxx-build links the generated headers here, beside the profiles.
set(ldicomnet_glue_dir "${LDICOMNET_CARGO_DIR}/cxxbridge")

if(LDICOMNET_SANITIZE)
  add_compile_options("-fsanitize=${LDICOMNET_SANITIZE}" -fno-omit-frame-pointer)
  add_link_options("-fsanitize=${LDICOMNET_SANITIZE}")
  set(ldicomnet_sanitize_flags " -fsanitize=${LDICOMNET_SANITIZE} -fno-omit-frame-pointer")
  if(LDICOMNET_SANITIZE MATCHES "undefined")
    # The check of vptr looks at memory through a pipe, and takes it for damaged in tests that leave no descriptor for one.
    add_compile_options(-fno-sanitize-recover=all -fno-sanitize=vptr)
    string(APPEND ldicomnet_sanitize_flags " -fno-sanitize-recover=all -fno-sanitize=vptr")
  endif()
endif()

add_custom_target(ldicomnet_cargo
  COMMAND "${CMAKE_COMMAND}" -E env
    "CC=${CMAKE_C_COMPILER}" "CFLAGS=${CMAKE_C_FLAGS}${ldicomnet_sanitize_flags}"
    "CXX=${CMAKE_CXX_COMPILER}" "CXXFLAGS=${CMAKE_CXX_FLAGS}${ldicomnet_sanitize_flags}"
    "${LDICOMNET_CARGO}" rustc --quiet --locked --lib --crate-type staticlib --features cpp
    --profile "${LDICOMNET_CARGO_PROFILE}"
    --manifest-path "${CMAKE_CURRENT_SOURCE_DIR}/Cargo.toml"
    --target-dir "${LDICOMNET_CARGO_DIR}"
  BYPRODUCTS "${ldicomnet_archive_file}"
  COMMENT "Building the crate (cargo, ${LDICOMNET_CARGO_PROFILE})"
  USES_TERMINAL VERBATIM)

add_library(ldicomnet_archive STATIC IMPORTED GLOBAL)
set_target_properties(ldicomnet_archive PROPERTIES IMPORTED_LOCATION "${ldicomnet_archive_file}")
add_dependencies(ldicomnet_archive ldicomnet_cargo)
