/* waiting.h - what a session needs before it opens anything but the page for that. */
#pragma once

enum waits_for { WAITS_FOR_NOTHING, WAITS_FOR_CODE, WAITS_FOR_PASSWORD }; /* as stored */
