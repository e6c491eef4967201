# What tools/, examples/ and tests/ have in common: how a program of ours is compiled, and how a test is registered.

# A C++ test: GoogleTest, its cases registered one by one under `cpp.`, each run in a process of its own.
#   ldicomnet_cpp_test(<name> <source>...)
function(ldicomnet_cpp_test name)
  add_executable(${name} ${ARGN})
  ldicomnet_program(${name})
  target_link_libraries(${name} PRIVATE GTest::gtest_main)
  # A test may hang on what it tests; a minute is a hundred times what the slowest needs.
  gtest_discover_tests(${name} TEST_PREFIX "cpp." DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 60 LABELS cpp)
endfunction()

# A C++ test of what is inside cpp/, under the label `private`: it may include the private headers, and links the static
# library, for the shared one hides what they declare. It is run under ThreadSanitizer too, which knows nothing of the
# locks of Rust's standard library, and must therefore keep threads of Rust's out of it. Target private_tests builds all.
#   ldicomnet_private_test(<name> <source>...)
add_custom_target(private_tests)
function(ldicomnet_private_test name)
  add_executable(${name} ${ARGN})
  ldicomnet_warnings(${name})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/cpp")
  target_include_directories(${name} SYSTEM PRIVATE "${ldicomnet_glue_dir}")
  add_dependencies(${name} ldicomnet_cargo) # which writes the generated headers
  target_link_libraries(${name} PRIVATE LDicomNet::static GTest::gtest_main)
  gtest_discover_tests(${name} TEST_PREFIX "cpp." DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 60 LABELS private)
  add_dependencies(private_tests ${name})
endfunction()

# A C test: a program in C99 that exits with 0 when all is well.
#   ldicomnet_c_test(<name> <source>...)
function(ldicomnet_c_test name)
  add_executable(${name} ${ARGN})
  ldicomnet_program(${name})
  add_test(NAME c.${name} COMMAND ${name})
  set_tests_properties(c.${name} PROPERTIES TIMEOUT 60 LABELS c)
endfunction()

# Warnings, language level and the library for one program.
function(ldicomnet_program name)
  ldicomnet_warnings(${name})
  target_link_libraries(${name} PRIVATE LDicomNet::LDicomNet Threads::Threads)
endfunction()

function(ldicomnet_warnings name)
  set_target_properties(${name} PROPERTIES
    CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic)
  if(LDICOMNET_WERROR)
    target_compile_options(${name} PRIVATE -Werror)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # GCC 12 at -O3 sees these in its own std::vector and std::string, where they are not.
      target_compile_options(${name} PRIVATE -Wno-error=array-bounds -Wno-error=stringop-overflow -Wno-error=restrict)
    endif()
  endif()
endfunction()
