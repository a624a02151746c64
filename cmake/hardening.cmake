# hardening.cmake: what the compiler and the linker can do against a fault that is still in denpa, in optimised builds: addresses that differ
# from run to run (PIE), tables of the linker that nobody can write to any more (RELRO, all symbols bound at the start), a guard between a
# function's arrays and its return address, checked copies of the C library (_FORTIFY_SOURCE), a stack that cannot be executed.
# tests/command/hardening.sh looks for each of them in what was built. Sanitizers find more and do not go together with checked copies.

include(CheckCCompilerFlag)
include(CheckCSourceCompiles)
include(CheckLinkerFlag)
include(CheckPIESupported)

check_pie_supported(LANGUAGES C) # without it CMake compiles for a PIE and does not link one

# denpa_harden(TARGET): for everything that is compiled and linked with the settings of the interface library TARGET.
function(denpa_harden target)
  if(DENPA_SANITIZE)
    return()
  endif()
  check_c_compiler_flag(-fstack-protector-strong DENPA_HAS_STACK_PROTECTOR)
  if(DENPA_HAS_STACK_PROTECTOR)
    target_compile_options(${target} INTERFACE -fstack-protector-strong)
  endif()
  # Level 3 also checks sizes that are known at run time only. Some compilers set a level of their own, hence -U; and without optimisation
  # there is none, hence not in a debug build.
  check_c_source_compiles("int main(int argc, char **argv) { return (int)__builtin_dynamic_object_size(argv[argc - 1], 0) == 7; }"
    DENPA_HAS_DYNAMIC_SIZES)
  set(level 2)
  if(DENPA_HAS_DYNAMIC_SIZES)
    set(level 3)
  endif()
  target_compile_options(${target} INTERFACE
    "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=${level}>")
  foreach(flag relro now noexecstack)
    check_linker_flag(C LINKER:-z,${flag} DENPA_LINKS_${flag})
    if(DENPA_LINKS_${flag})
      target_link_options(${target} INTERFACE LINKER:-z,${flag})
    endif()
  endforeach()
endfunction()
