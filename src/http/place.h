/* place.h - roughly where an address is, as tables on this machine say.
 *
 * A table is a file of lines "first,last,CC", sorted, without overlaps, remarks (#) only at its
 * head; the ends are addresses or, for IPv4, numbers: the form of Debian's tor-geoipdb.  The host
 * names them (setup.places), one for IPv4, one for IPv6, or as many as there are.  Nothing is
 * asked over the network and nothing is kept: a table is searched as a page is shown, so that
 * a new one counts at once, and one that went bad meanwhile says nothing.
 *
 * It is the country that the address was handed out in, in the words of the system's tzdata.
 * Who comes through a VPN or a phone abroad is somewhere else. */
#pragma once
#include "base/cx.h"

/* "about Australia"; NULL without tables, for addresses in none of them, on private networks and
 * for what is no address. */
const char *place_words(struct cx *, const char *address);

/* That it is rough, for pages that show places; NULL without tables. */
const char *place_hint(struct cx *);

/* Reads the whole table and says what is wrong with it; NULL: nothing. */
const char *place_table_wrong(struct arena *, const char *path);
