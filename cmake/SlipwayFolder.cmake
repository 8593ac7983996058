# One library per folder of src/, and who may include whom.
#
#   slipway_folder(wire MAY_INCLUDE base LIBRARIES expat)
#
# builds every *.cpp of the calling folder (not *_test.cpp) into `slipway_wire` and every *_test.cpp
# into `slipway_wire_test`. Each folder has an include root of its own in the build tree, holding one
# link: <root>/wire -> src/wire. A target sees its own root and those that MAY_INCLUDE names, and no
# other: a forbidden include does not compile. Link order follows MAY_INCLUDE, without handing the
# includes on. A folder may have a second root for headers made by the build, <build>/generated/wire;
# GENERATED names its sources there.

function(slipway_include_root folder)
  string(REPLACE "/" "_" id ${folder})
  get_filename_component(parent ${folder} DIRECTORY)
  set(root ${CMAKE_BINARY_DIR}/include/${id})
  file(MAKE_DIRECTORY ${root}/${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${folder} SYMBOLIC)
endfunction()

function(slipway_folder folder)
  cmake_parse_arguments(ARG "NO_RECURSE" "" "GENERATED;MAY_INCLUDE;LIBRARIES;TEST_MAY_INCLUDE;TEST_LIBRARIES" ${ARGN})
  string(REPLACE "/" "_" id ${folder})
  set(target slipway_${id})
  slipway_include_root(${folder})

  if(ARG_NO_RECURSE)
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  else()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  endif()
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  if(NOT sources)  # headers only, so far
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty.cpp "")
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/empty.cpp)
  endif()
  add_library(${target} STATIC ${sources} ${ARG_GENERATED})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/include/${id} ${CMAKE_BINARY_DIR}/generated/${id})
  foreach(dependency ${ARG_MAY_INCLUDE})
    string(REPLACE "/" "_" dependency ${dependency})
    target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/include/${dependency}
                               ${CMAKE_BINARY_DIR}/generated/${dependency})
    target_link_libraries(${target} PRIVATE slipway_${dependency})
  endforeach()
  target_link_libraries(${target} PRIVATE ${ARG_LIBRARIES} Threads::Threads)

  if(tests)
    add_executable(${target}_test ${tests})
    target_include_directories(${target}_test PRIVATE ${CMAKE_BINARY_DIR}/include/${id}
                               ${CMAKE_BINARY_DIR}/generated/${id})
    foreach(dependency ${ARG_MAY_INCLUDE} ${ARG_TEST_MAY_INCLUDE})
      string(REPLACE "/" "_" dependency ${dependency})
      target_include_directories(${target}_test PRIVATE ${CMAKE_BINARY_DIR}/include/${dependency}
                                 ${CMAKE_BINARY_DIR}/generated/${dependency})
      target_link_libraries(${target}_test PRIVATE slipway_${dependency})
    endforeach()
    target_link_libraries(${target}_test PRIVATE ${target} ${ARG_LIBRARIES} ${ARG_TEST_LIBRARIES}
                          GTest::gtest GTest::gtest_main Threads::Threads)
    add_test(NAME ${id} COMMAND ${target}_test)
  endif()
endfunction()
