/* page_terms.h: what explain_page.c and page_terms.c share. */
#ifndef DNP_EXPLAIN_PAGE_TERMS_H
#define DNP_EXPLAIN_PAGE_TERMS_H

#include "draw/page.h"
#include "explain/trace.h"

/* The number of the matrix in the page; -1 for the constant 1. */
long dnp_page_number_of(const dnp_trace *trace, const dnp_tensor *tensor, bool grad);
/* Writes ,"terms":{...} of a matrix that was computed; nothing where it was given, or where there are
 * too many terms for a page. */
denpa_status dnp_page_terms(
    dnp_page *page, const dnp_trace *trace, const dnp_seen *seen, const dnp_tensor *tensor, denpa_error *err);

#endif
