/* version.h - which Linden this is. */
#pragma once
#define VERSION "0.1.0"
