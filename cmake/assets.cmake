# assets.cmake: style and scripts of the pages (*.css and *.js of the rooms, third_party/uPlot) and the fixed parts of
# scripts that denpa writes (*.py, *.bash, *.zsh, *.fish) become headers that hold their bytes: page.css is page_css[] in generated/page_css.h.

file(GLOB assets CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*/*.css ${PROJECT_SOURCE_DIR}/src/*/*.js ${PROJECT_SOURCE_DIR}/src/*/*.py
     ${PROJECT_SOURCE_DIR}/src/*/*.bash ${PROJECT_SOURCE_DIR}/src/*/*.zsh ${PROJECT_SOURCE_DIR}/src/*/*.fish
     ${PROJECT_SOURCE_DIR}/third_party/uPlot/*.js ${PROJECT_SOURCE_DIR}/third_party/uPlot/*.css ${PROJECT_SOURCE_DIR}/third_party/uPlot/LICENSE)
set(asset_headers)
foreach(asset IN LISTS assets)
  get_filename_component(name ${asset} NAME)
  string(REPLACE "." "_" name ${name})
  string(REPLACE "LICENSE" "uPlot_LICENSE" name ${name})
  set(header ${PROJECT_BINARY_DIR}/generated/${name}.h)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/generated
    COMMAND ${CMAKE_COMMAND} -DIN=${asset} -DOUT=${header} -DNAME=${name} -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${asset} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
  list(APPEND asset_headers ${header})
endforeach()
add_custom_target(denpa_assets DEPENDS ${asset_headers})
foreach(room IN LISTS above)
  add_dependencies(denpa_room_${room} denpa_assets)
endforeach()
