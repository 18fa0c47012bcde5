#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

// `xmlFree` is a variable, which Swift takes for shared mutable state.
static inline void daybook_xml_free(void *memory) { xmlFree(memory); }
