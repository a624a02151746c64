# rooms.cmake: how a room of src/ is compiled, and how rooms become the library and the command.

find_package(Threads REQUIRED)
if(DENPA_FORMATS)
  find_package(ZLIB REQUIRED)
  find_package(PNG REQUIRED)
  find_package(CURL REQUIRED) # its header; the library is loaded for a download (src/data/download.formats.c)
  find_package(OpenSSL REQUIRED COMPONENTS Crypto)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.13)
  pkg_check_modules(LIBDEFLATE REQUIRED IMPORTED_TARGET libdeflate)
  set(DENPA_FORMAT_LIBRARIES ZLIB::ZLIB PkgConfig::LIBDEFLATE PNG::PNG OpenSSL::Crypto PkgConfig::JANSSON ${CMAKE_DL_LIBS})
endif()

# Settings that every source of the project is compiled with.
add_library(denpa_settings INTERFACE)
target_include_directories(denpa_settings INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/generated)
target_compile_definitions(denpa_settings INTERFACE _XOPEN_SOURCE=700)
target_compile_options(denpa_settings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wdouble-promotion -Wmissing-prototypes -Wstrict-prototypes -Wvla
  -ffp-contract=off # the law of sums: a*b+c is never contracted behind our back
  -fno-math-errno)  # nobody asks errno about a square root, and a loop with one is vectorised; no bit of a result changes
if(DENPA_WERROR)
  target_compile_options(denpa_settings INTERFACE -Werror)
endif()
if(DENPA_SANITIZE)
  target_compile_options(denpa_settings INTERFACE -fsanitize=${DENPA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(denpa_settings INTERFACE -fsanitize=${DENPA_SANITIZE})
endif()
denpa_harden(denpa_settings)
if(DENPA_FORMATS)
  target_compile_definitions(denpa_settings INTERFACE DNP_FORMATS=1)
  target_include_directories(denpa_settings SYSTEM INTERFACE ${CURL_INCLUDE_DIRS})
endif()
if(DENPA_NO_VECTOR_UNITS)
  target_compile_definitions(denpa_settings INTERFACE DNP_NO_VECTOR_UNITS=1)
endif()

# denpa_room(NAME): src/NAME/*.c as the objects denpa_room_NAME. A file whose name ends in .fma.c or .avx512.c is compiled
# with the vector unit that its name says (x86-64 only), one that ends in .neon.c for 64-bit ARM only; one that ends in .formats.c is
# left out of the bare library.
# A room without sources makes no target.
function(denpa_room name)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.c)
  if(NOT DENPA_FORMATS)
    list(FILTER sources EXCLUDE REGEX "\\.formats\\.c$")
  endif()
  set(foreign fma avx512 neon) # of other processors
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT DENPA_NO_VECTOR_UNITS)
    set(foreign neon)
    foreach(source IN LISTS sources)
      if(source MATCHES "\\.fma\\.c$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma")
      elseif(source MATCHES "\\.avx512\\.c$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mprefer-vector-width=512")
      endif()
    endforeach()
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64" AND NOT DENPA_NO_VECTOR_UNITS)
    set(foreign fma avx512)
  endif()
  foreach(unit IN LISTS foreign)
    list(FILTER sources EXCLUDE REGEX "\\.${unit}\\.c$")
  endforeach()
  if(NOT sources)
    return()
  endif()
  add_library(denpa_room_${name} OBJECT ${sources})
  target_link_libraries(denpa_room_${name} PUBLIC denpa_settings Threads::Threads ${DENPA_FORMAT_LIBRARIES})
  if(DENPA_SANITIZE AND name STREQUAL "kernel" AND CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    target_compile_options(denpa_room_kernel PRIVATE -O1) # a quarter of such a build is this room; what the sanitizers find is the same
  endif()
endfunction()

# denpa_objects(OUT ROOMS...): the objects of those rooms that have sources.
function(denpa_objects out)
  set(objects)
  foreach(room IN LISTS ARGN)
    if(TARGET denpa_room_${room})
      list(APPEND objects $<TARGET_OBJECTS:denpa_room_${room}>)
    endif()
  endforeach()
  set(${out} ${objects} PARENT_SCOPE)
endfunction()

# denpa_library(TARGET STATIC|SHARED ROOMS...)
function(denpa_library target kind)
  denpa_objects(objects ${ARGN})
  add_library(${target} ${kind} ${objects})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME denpa VERSION ${PROJECT_VERSION} SOVERSION 0 EXPORT_NAME ${target})
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:denpa_settings> Threads::Threads m ${DENPA_FORMAT_LIBRARIES})
endfunction()

# denpa_command(TARGET ROOMS...): needs the room cli, where main is.
function(denpa_command target)
  if(NOT TARGET denpa_room_cli)
    message(STATUS "src/cli has no sources: the command is not built")
    return()
  endif()
  denpa_objects(objects ${ARGN})
  add_executable(${target} ${objects})
  target_link_libraries(${target} PRIVATE denpa_settings denpa_static)
endfunction()
