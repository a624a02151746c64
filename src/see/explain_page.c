#include "see/trace.h"
denpa_status dnp_explain_page(const char *path, denpa_lang lang, const dnp_trace *trace, denpa_error *err) { (void)path; (void)lang; (void)trace; (void)err; return DENPA_OK; }
