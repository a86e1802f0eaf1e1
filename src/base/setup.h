/* setup.h - how this installation is set up; read-only once it runs. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

struct setup {
    const char *data;      /* folder */
    const char *node;      /* who of several programs on one database this is, or NULL */
    const char *database;  /* "sqlite:PATH" or "postgres://…" */
    const char *url;       /* "https://linden.example", no slash at the end: all links begin so */
    const char *mail;      /* "file:DIR" or "smtp://HOST:PORT" */
    const char *mail_from; /* address */
    const char *mail_auth; /* file, or NULL */
    int64_t credit_cents;  /* what a credit costs; 0: credits have no price */
    const char *credit_currency, *credit_pay_to; /* "AUD"; the account to pay to, or NULL */
    const char *sms;           /* "kannel:http://HOST:PORT", or NULL: no text messages */
    const char *sms_auth;      /* file, or NULL */
    bool webhooks_anywhere;    /* webhooks may go to private addresses, too; see work/call.h */
    const char *key_file;      /* where the key is that seals secrets in the database (seal.h) */
    const unsigned char *key;  /* the key itself, or NULL: there is none that could be read */
    const char *const *places; /* files that say roughly where addresses are; see http/place.h */
    size_t places_n;
    bool secure; /* the url is https: cookies get the __Host- prefix */
    /* Times, all in microseconds. */
    int64_t invitation_life, invitation_reminder, reset_life, prove_life, choose_life;
    int64_t temporary_life;    /* of a temporary password */
    int64_t session_life;      /* absolute */
    unsigned long hash_memory; /* bytes, Argon2id */
    unsigned hash_passes;
};

/* The defaults; the caller fills in data, url, mail. */
#define SETUP_DEFAULTS                                                                  \
    .invitation_life = DAYS(7), .invitation_reminder = DAYS(2), .reset_life = HOURS(1), \
    .prove_life = DAYS(7), .choose_life = DAYS(7), .temporary_life = HOURS(72),         \
    .session_life = HOURS(12), .hash_memory = 19922944, .hash_passes = 3
