# docs.cmake: man pages in both languages and shell completion, written by the command itself from its tables of options.

if(NOT TARGET denpa OR CMAKE_CROSSCOMPILING)
  return()
endif()

set(docs)
# denpa_generated(FILE ARGUMENTS...): FILE in the build folder holds what `denpa generate ARGUMENTS` prints; a man page goes through scdoc.
function(denpa_generated file)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/${file}
    COMMAND ${CMAKE_COMMAND} "-DDENPA=$<TARGET_FILE:denpa>" "-DARGUMENTS=${ARGN}" -DSCDOC=${DENPA_SCDOC} -DOUT=${PROJECT_BINARY_DIR}/${file}
            -P ${PROJECT_SOURCE_DIR}/cmake/generate.cmake
    DEPENDS denpa ${PROJECT_SOURCE_DIR}/cmake/generate.cmake VERBATIM)
  set(docs ${docs} ${PROJECT_BINARY_DIR}/${file} PARENT_SCOPE)
endfunction()

# denpa_page(NAME [COMMAND]): the manual page NAME in both languages.
function(denpa_page name)
  denpa_generated(man/man1/${name}.1 man ${ARGN} --lang en)
  denpa_generated(man/ja/man1/${name}.1 man ${ARGN} --lang ja)
  install(FILES ${PROJECT_BINARY_DIR}/man/man1/${name}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${PROJECT_BINARY_DIR}/man/ja/man1/${name}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/ja/man1)
  set(docs ${docs} PARENT_SCOPE)
endfunction()

find_program(DENPA_SCDOC scdoc)
if(DENPA_SCDOC)
  denpa_page(denpa)
  file(STRINGS ${PROJECT_SOURCE_DIR}/src/cli/commands.def commands REGEX "^COMMAND")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cli/commands.def)
  list(TRANSFORM commands REPLACE "^COMMAND.[A-Z]+, ([a-z]+),.*" "\\1")
  foreach(command IN LISTS commands)
    denpa_page(denpa-${command} ${command})
  endforeach()
else()
  message(STATUS "scdoc not found: no man pages")
endif()

denpa_generated(completion/denpa completion bash)
denpa_generated(completion/_denpa completion zsh)
denpa_generated(completion/denpa.fish completion fish)
install(FILES ${PROJECT_BINARY_DIR}/completion/denpa DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${PROJECT_BINARY_DIR}/completion/_denpa DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${PROJECT_BINARY_DIR}/completion/denpa.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# The library's page is written by hand, docs/man/libdenpa*.3.scd; examples.sh holds it against the header.
function(denpa_library_page source folder)
  set(page ${PROJECT_BINARY_DIR}/man/${folder}/libdenpa.3)
  configure_file(${PROJECT_SOURCE_DIR}/docs/man/${source} ${page}.scd @ONLY)
  add_custom_command(OUTPUT ${page} COMMAND sh -c "${DENPA_SCDOC} <${page}.scd >${page}" DEPENDS ${page}.scd VERBATIM)
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/${folder})
  set(docs ${docs} ${page} PARENT_SCOPE)
endfunction()
if(DENPA_SCDOC)
  denpa_library_page(libdenpa.3.scd man3)
  denpa_library_page(libdenpa.ja.3.scd ja/man3)
endif()

add_custom_target(docs ALL DEPENDS ${docs})
