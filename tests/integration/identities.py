# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Credentials from configuration files and the environment, found by the program that is the first argument and by botocore:
both send the same requests, which are recorded and answered here, and end with the same keys, region and endpoint.

The order of a query's parameters is left open. `RoleSessionName` is compared unless it was made up: botocore's names begin with
`botocore-session-`, the program leaves out those that begin with `copyto-`. After an error the program may have sent fewer
requests than botocore (it looked sooner), and one that was refused more than once; messages are not compared, but must not
contain a secret. `--oracle` prints what botocore does, IDENTITIES_SHOW=NUMBER one case whole."""
import collections
import concurrent.futures
import contextlib
import datetime
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import urllib.parse

import botocore.awsrequest
import botocore.configprovider
import botocore.credentials
import botocore.exceptions
import botocore.httpsession
import botocore.loaders
import botocore.session
import botocore.tokens
import botocore.utils

# What may differ, and why. The names are the flags of a case's oracle.
DIFFERENCES = {
    "mfa_serial": "botocore asks for a code: the program, which nobody answers, must refuse and name the setting",
    "empty keys": "botocore signs with an id or a secret that is empty: the program may refuse",
    "no region": "botocore calls sts.amazonaws.com, signed for us-east-1: sts.us-east-1.amazonaws.com is as good",
    "foreign role": "without a region the program may refuse roles of another partition, which us-east-1 does not know",
    "refresh": "botocore renews an expired SSO token: the program may refuse at once, here nobody answers either",
    "broken region": "botocore finds a region that is no name only when it calls somebody there: the program may refuse at once",
    "no region, own endpoint": "botocore wants a region to sign for: the program may sign for us-east-1",
}

# What the program may refuse, by its message, although botocore goes on.
STRICTER = [
    (r'the option "(external_id|session_name|role_arn|duration)"', "rules of the API reference are checked before the first request"),
    (r"duration_seconds of the AWS profile", "botocore ignores one that is no number, and takes Python's other spellings"),
    (r"is not encrypted", "secrets go over TLS, unless somebody says otherwise"),
    (r"sets (external_id|role_session_name) without a role", "an AWS connection says so, too"),
    (r"half of a key", "a secret or a token alone is no nothing"),
    (r"another Version than 1", "1.0 is not the number that is documented"),
    (r"a character that no token has", "a JWT has no blanks and line ends"),
]
# What the program may do, although botocore refuses: by the names of cases, or in them by what the environment has.
LAXER = [
    (lambda case, why: "AWS_ACCESS_KEY_ID" in case.env and ("ConfigParse" in why or "ProfileNotFound" in why),
     "keys of the environment go first, and no file is read"),
    (lambda case, why: "byte order mark" in case.name, "editors write one"),
    (lambda case, why: case.env.get("AWS_PROFILE") == "" or case.env.get("AWS_CONFIG_FILE") == "" or
     case.env.get("AWS_DEFAULT_REGION") == "", "a variable that is empty is not set"),
    (lambda case, why: "empty external id" in case.name, "an external id that is empty is none"),
    (lambda case, why: "past expiration" in case.name, "keys of the environment have no end"),
    (lambda case, why: "three letters" in case.name, "STS says what it thinks of a token"),
    (lambda case, why: "version as text" in case.name, "1 in quotes is 1"),
    (lambda case, why: "services section" in why, "a section of services that is not there names no endpoint"),
    (lambda case, why: "neither" in why or "source_profile or credential_source" in why,
     "a role without a source is asked for by the environment"),
]
# Cases that differ otherwise.
OTHER = {
    "files: AWS_CONFIG_FILE with $HOME": "variables in the names of files are not expanded; ~/ is",
    "spelling: spaces that are not ASCII": "blanks are those of ASCII",
    "spelling: empty region and a role": "a region that is empty is none",
    "environment: an empty AWS_DEFAULT_REGION": "a variable that is empty is not set",
    "environment: both tokens": "AWS_SESSION_TOKEN is the one that is documented",
    "web identity: a newline at the end": "a line end behind a token is no part of it",
    "endpoint: of services with S3 in capitals": "names are read in any case everywhere",
    "endpoint: ignored by the profile, not by the environment": "what somebody says is to be ignored is",
    "role: a role in aws-global": "a name of botocore's own, which has no endpoint",
    "role: a role in China without a region": "its partition tells a region",
    "role: sts_regional_endpoints = legacy": "sessions of a regional endpoint are good everywhere, too",
    "role: a legacy endpoint by the environment": "likewise",
    "SSO: a role, and a session that is missing": "nobody asks the session",
}

# A profile that is named is a connection: it goes before these variables, which botocore takes first.
PLACES = ("AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO")

HUSH = "hush"  # Each secret of a case contains it.
LEAK = re.compile(r"hush|secret-\d|token-\d")
RECORDS = ("request ", "header ", "form ", "keys ", "error ", "region ", "endpoint ")
UNSEEN = re.compile(r"[^ -~\u00a1-\U0010ffff]|\ufeff")
FAR, PAST = "2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z"
START = "https://lake.awsapps.com/start"


# --- The cases ---------------------------------------------------------------------------------------------------------------

def keys(tag, token=False):
    text = f"aws_access_key_id = AKIA{tag.upper():X<16}\naws_secret_access_key = {HUSH}-{tag}\n"
    return text + (f"aws_session_token = {HUSH}-session-{tag}\n" if token else "")


def env_keys(tag, token=False):
    env = {"AWS_ACCESS_KEY_ID": f"AKIA{tag.upper():X<16}", "AWS_SECRET_ACCESS_KEY": f"{HUSH}-{tag}"}
    return env | ({"AWS_SESSION_TOKEN": f"{HUSH}-session-{tag}"} if token else {})


def role(tag, *more, partition="aws"):
    return "\n".join([f"role_arn = arn:{partition}:iam::123456789012:role/{tag}", *more]) + "\n"


def cached(key, expires=FAR, token=f"{HUSH}-bearer", **more):
    """A token of `aws sso login`."""
    text = json.dumps({"accessToken": token, "expiresAt": expires, **more})
    return {f".aws/sso/cache/{hashlib.sha1(key.encode()).hexdigest()}.json": text}


def sso(role_name="Reader", account="123456789012", session="corp"):
    return f"sso_session = {session}\nsso_account_id = {account}\nsso_role_name = {role_name}\n"


def legacy(role_name="Reader", account="123456789012", start=START, region="eu-west-1"):
    return f"sso_start_url = {start}\nsso_region = {region}\nsso_account_id = {account}\nsso_role_name = {role_name}\n"


def script(answer, status=0):
    """A program that prints an answer; its arguments are lines in a file beside it."""
    return f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\nexit {status}\n"


def said(tag, **more):
    answer = {"Version": 1, "AccessKeyId": f"AKIA{tag.upper():X<16}", "SecretAccessKey": f"{HUSH}-{tag}"} | more
    return json.dumps({name: value for name, value in answer.items() if value is not None})


def process(answer, status=0, command="@HOME@/keys.sh"):
    return {"config": f"[default]\ncredential_process = {command}\n", "files": {"keys.sh": script(answer, status)}}


CORP = f"[sso-session corp]\nsso_start_url = {START}\nsso_region = eu-central-1\n"
EU = "region = eu-west-1\n"
WEB = {"web.token": f"{HUSH}.web.token"}
WEB_ENV = {"AWS_WEB_IDENTITY_TOKEN_FILE": "@HOME@/web.token", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod"}
BASE = f"[profile base]\n{keys('base')}"
LAKE = f"[services lake]\ns3 =\n  endpoint_url = https://s3.services.example\nsts =\n  endpoint_url = https://sts.services.example/x\n"
CHAIN = f"[profile a]\n{EU}{role('a', 'source_profile = b')}[profile b]\n{role('b', 'source_profile = c')}[profile c]\n"
ECS = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/keys"}
BOTH = {"AWS_ENDPOINT_URL": "https://all.env.example", "AWS_ENDPOINT_URL_S3": "https://s3.env.example"}


def named(head, body=None, what="profile:x", **more):
    """A profile below a heading that is written in some way."""
    return {"name": f"heading {head!r}", "config": f"{head}\n{body or keys('named')}", "what": what, **more}


def spelt(name, config, **more):
    return {"name": name, "config": config, **more}


HEADINGS = [
    named("[profile x]"), named('[profile "x"]'), named("[profile 'x']"), named("[profile\tx]"), named("[profile   x  ]"),
    named("[ profile x ]"), named("[Profile x]"), named("[PROFILE X]", what="profile:X"), named("[x]"), named("[profile x] # why"),
    named("[profile x]]"), named("[profile x", what="chain"), named("  [profile x]"), named("[profile x y]"),
    named("[profilex]"), named("[profiles x]"), named('[profile"x"]'), named('[profile "my lake"]', what="profile:my lake"),
    named("[profile my lake]", what="profile:my lake"), named(r"[profile my\ lake]", what="profile:my lake"),
    named('[profile "my]lake"]', what="profile:my]lake"), named('[profile "x]'), named('[profile ""]', what="profile:"),
    named("[profile X]"), named("[profile \u00fcb\u00fcng]", what="profile:\u00fcb\u00fcng"),
    named("[profile a#b]", what="profile:a#b"), named("[default]", what="chain"), named("[profile default]", what="chain"),
    named("[Default]", what="chain"), named("[ default ]", what="chain"), named('["default"]', what="chain"),
    named("[default]", what="profile:default"), named("[profile x]\n[profile y]"), named("[]", what="chain"),
]

SPELLING = [
    spelt("upper-case settings", "[default]\n" + keys("upper").upper().replace(HUSH.upper(), HUSH)),
    spelt("colons", "[default]\n" + keys("colon").replace(" =", ":")),
    spelt("no spaces", "[default]\n" + keys("tight").replace(" = ", "=")),
    spelt("many spaces", "[default]\n" + keys("wide").replace(" = ", "  \t=\t  ").replace("\n", " \t\n")),
    spelt("values with = and :", f"[default]\naws_access_key_id=AKIA=:=\naws_secret_access_key:{HUSH}=a:b==\n"),
    spelt("comments", f"# one\n; two\n[default]\n  # three\n{keys('comments')}\t;four = 4\n#region = us-west-1\n"),
    spelt("comments after values", "[default]\n" + keys("inline").replace("\n", " # so\n") + "region = eu-west-1 ; there\n"),
    spelt("a comment after a region, and a role", f"[default]\nregion = eu-west-1 # here\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("quoted values", f'[default]\naws_access_key_id = "AKIAQUOTED"\naws_secret_access_key = \'{HUSH}\'\nregion = "eu-west-1"\n'),
    spelt("nested settings", f"[default]\ns3 =\n  max_concurrent_requests = 20\n  region = us-west-2\n{keys('nested')}{EU}"),
    spelt("nested, then indented keys", f"[default]\ns3 =\n  addressing_style = path\n  {keys('inner')}"),
    spelt("nested, with comments and gaps", f"[default]\ns3 =\n\n  # why\n  a = b\n\n  c=d\n{keys('gaps')}"),
    spelt("nested, not a setting", f"[default]\ns3 =\n  path\n{keys('lost')}"),
    spelt("nested in the credentials file", "[default]\nregion = eu-west-2\n", credentials=f"[default]\ns3 =\n  nonsense\n{keys('c')}"),
    spelt("continued", f"[default]\ndescription = a\n  b\n  region = us-west-2\n{keys('continued')}"),
    spelt("continued over a gap", f"[default]\ndescription = a\n\n  aws_access_key_id = b\n{EU}{keys('gap')}"),
    spelt("a continued region", f"[default]\nregion = eu\n -west-1\n{keys('split')}"),
    spelt("a continued external id", f"[default]\n{EU}{role('r', 'external_id = one', ' two', 'source_profile = base')}{BASE}"),
    spelt("keys on a line of their own", f"[default]\naws_access_key_id =\n  AKIAOWN\naws_secret_access_key = {HUSH}\n"),
    spelt("an indented setting", f"[default]\n   {keys('indent')}"),
    spelt("indented settings", "[default]\n" + "".join(f"  {line}\n" for line in keys("deep").splitlines()) + EU),
    spelt("an indented heading", f"[profile x]\n{keys('x')}  [profile y]\n{EU}", what="profile:y"),
    spelt("an indented heading is a continuation", f"[default]\n{keys('x')}  [profile y]\n"),
    spelt("a form feed", f"[default]\n\f{keys('feed')}"),
    spelt("a line without a setting", f"[default]\n{keys('bare')}nonsense\n"),
    spelt("a secret without a setting", f"[default]\naws_access_key_id = AKIA\naws_secret_access_key {HUSH}-bare\n"),
    spelt("no name", f"[default]\n{keys('noname')}= {HUSH}\n"),
    spelt("nothing before the heading", f"{keys('before')}[default]\n"),
    spelt("a setting twice", f"[default]\n{keys('twice')}{EU}{EU}"),
    spelt("a setting twice in two cases", f"[default]\n{keys('twice')}region = a\nREGION = b\n"),
    spelt("a section twice", f"[default]\n{keys('twice')}[profile x]\n[default]\n{EU}"),
    spelt("a section twice, keys in the environment", "[default]\n[default]\n", env=env_keys("beside")),
    spelt("a profile twice, quoted once", f"[profile x]\n{keys('one')}[profile \"x\"]\n{EU}", what="profile:x"),
    spelt("a profile with and without the word", f"[default]\n{keys('plain')}[profile default]\n{EU}"),
    spelt("a profile without and with the word", f"[profile default]\n{EU}[default]\n{keys('plain')}"),
    spelt("both with keys", f"[default]\n{keys('one')}[profile default]\n{keys('two')}"),
    spelt("DEFAULT", f"[DEFAULT]\n{EU}aws_session_token = {HUSH}-all\n[default]\n{keys('d')}[profile x]\n{keys('x')}", what="profile:x"),
    spelt("DEFAULT alone", f"[DEFAULT]\n{keys('alone')}"),
    spelt("DEFAULT gives keys", f"[DEFAULT]\n{keys('all')}[profile x]\n", what="profile:x"),
    spelt("DEFAULT in the credentials file", f"[default]\n{EU}", credentials=f"[DEFAULT]\n{keys('all')}[default]\n"),
    spelt("DEFAULT twice", f"[DEFAULT]\n{EU}[DEFAULT]\noutput = json\n[default]\n{keys('d')}"),
    spelt("a byte order mark", f"\ufeff[default]\n{keys('bom')}"),
    spelt("a byte order mark, then a comment", f"\ufeff# one\n[default]\n{keys('bom')}"),
    spelt("a byte order mark, then a gap", f"\ufeff\n[default]\n{keys('bom')}"),
    spelt("carriage returns", f"[default]\n{EU}{keys('crlf')}".replace("\n", "\r\n")),
    spelt("carriage returns alone", f"[default]\n{EU}{keys('cr')}".replace("\n", "\r")),
    spelt("no newline at the end", f"[default]\n{keys('end')}region = eu-west-1"),
    spelt("UTF-8", f"[default]\naws_access_key_id = AKIA\u00dc\naws_secret_access_key = {HUSH}\u20ac\U0001f600\nregion = eu-west-1\n"),
    spelt("spaces that are not ASCII", f"[default]\nregion =\u00a0eu-west-1\u2003\n{keys('nbsp')}"),
    spelt("not UTF-8", b"[default]\n# \xff\n" + keys("latin").encode()),
    spelt("not UTF-8, keys in the environment", b"[default]\n# \xff\n", env=env_keys("beside")),
    spelt("empty keys", "[default]\naws_access_key_id =\naws_secret_access_key =\n"),
    spelt("empty secret", "[default]\naws_access_key_id = AKIA\naws_secret_access_key =\n"),
    spelt("empty token", f"[default]\n{keys('empty')}aws_session_token =\n"),
    spelt("empty region", f"[default]\n{keys('empty')}region =\n"),
    spelt("empty region and a role", f"[default]\nregion =\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("empty source_profile", f"[default]\n{EU}{role('r', 'source_profile =')}"),
    spelt("empty role_arn", f"[default]\n{EU}role_arn =\nsource_profile = base\n{BASE}"),
    spelt("nothing in a section", "[default]\n"),
    spelt("nothing in a section, keys beside", "[default]\n", credentials=f"[default]\n{keys('beside')}"),
    spelt("nothing at all", None),
    spelt("empty files", "", credentials=""),
    spelt("only comments", "# nothing\n", credentials="; nothing\n"),
]

FILES = [
    spelt("keys in the credentials file", None, credentials=f"[default]\n{keys('shared', True)}"),
    spelt("the credentials file goes first", f"[default]\n{keys('config', True)}{EU}", credentials=f"[default]\n{keys('shared')}"),
    spelt("id in the credentials file, secret in the other", f"[default]\naws_secret_access_key = {HUSH}\n",
          credentials="[default]\naws_access_key_id = AKIA\n"),
    spelt("secret in the credentials file, id in the other", "[default]\naws_access_key_id = AKIA\n",
          credentials=f"[default]\naws_secret_access_key = {HUSH}\n"),
    spelt("secret alone in the credentials file", f"[default]\n{keys('config')}", credentials=f"[default]\naws_secret_access_key = {HUSH}-o\n"),
    spelt("id without a secret", "[default]\naws_access_key_id = AKIA\n"),
    spelt("secret without an id", f"[default]\naws_secret_access_key = {HUSH}\n"),
    spelt("a token alone in the credentials file", f"[default]\n{keys('config')}", credentials=f"[default]\naws_session_token = {HUSH}-o\n"),
    spelt("aws_security_token", f"[default]\n{keys('t')}aws_security_token = {HUSH}-security\n"),
    spelt("both tokens", f"[default]\n{keys('t', True)}aws_security_token = {HUSH}-security\n"),
    spelt("region in the credentials file", f"[default]\n{EU}", credentials=f"[default]\nregion = us-west-2\n{keys('r')}"),
    spelt("a role in the credentials file", None, credentials=f"[default]\n{EU}{role('r', 'source_profile = b')}[b]\n{keys('b')}"),
    spelt("a role in one, keys in the other", f"[default]\n{EU}{role('r', 'source_profile = default')}", credentials=f"[default]\n{keys('s')}"),
    spelt("the word profile in the credentials file", None, credentials=f"[profile x]\n{keys('x')}", what="profile:x"),
    spelt("the word as a part of the name", None, credentials=f"[profile x]\n{keys('x')}", what="profile:profile x"),
    spelt("a quoted name in the credentials file", None, credentials=f'["x"]\n{keys("x")}', what="profile:x"),
    spelt("spaces in the credentials file", None, credentials=f"[my lake]\n{keys('x')}", what="profile:my lake"),
    spelt("spaces about a name in the credentials file", None, credentials=f"[ x ]\n{keys('x')}", what="profile:x"),
    spelt("an unreadable credentials file", f"[default]\n{keys('c')}", credentials="nonsense\n"),
    spelt("a section twice in the credentials file", f"[default]\n{keys('c')}", credentials="[x]\n[x]\n"),
    spelt("a missing profile", f"[default]\n{keys('d')}", what="profile:missing"),
    spelt("a missing profile, no files", None, what="profile:missing"),
    spelt("the default profile, asked for, missing", f"[profile x]\n{keys('x')}", what="profile:default"),
    spelt("AWS_CONFIG_FILE", f"[default]\n{keys('no')}", env={"AWS_CONFIG_FILE": "@HOME@/other"}, files={"other": f"[default]\n{EU}{keys('yes')}"}),
    spelt("AWS_CONFIG_FILE below ~", None, env={"AWS_CONFIG_FILE": "~/other"}, files={"other": f"[default]\n{keys('yes')}"}),
    spelt("AWS_CONFIG_FILE with $HOME", None, env={"AWS_CONFIG_FILE": "$HOME/other"}, files={"other": f"[default]\n{keys('yes')}"}),
    spelt("AWS_CONFIG_FILE that is missing", f"[default]\n{keys('no')}", env={"AWS_CONFIG_FILE": "@HOME@/other"}),
    spelt("AWS_CONFIG_FILE that is a directory", f"[default]\n{keys('no')}", env={"AWS_CONFIG_FILE": "@HOME@"}),
    spelt("AWS_CONFIG_FILE empty", f"[default]\n{keys('no')}", env={"AWS_CONFIG_FILE": ""}),
    spelt("AWS_SHARED_CREDENTIALS_FILE", None, credentials=f"[default]\n{keys('no')}", env={"AWS_SHARED_CREDENTIALS_FILE": "other"},
          files={"other": f"[default]\n{keys('yes')}"}),
    spelt("AWS_SHARED_CREDENTIALS_FILE is the config file", f"[default]\n{keys('one')}[profile x]\n{EU}",
          env={"AWS_SHARED_CREDENTIALS_FILE": "~/.aws/config"}),
]

ENVIRONMENT = [
    spelt("keys", None, env=env_keys("env")),
    spelt("keys and a token", None, env=env_keys("env", True)),
    spelt("AWS_SECURITY_TOKEN", None, env=env_keys("env") | {"AWS_SECURITY_TOKEN": f"{HUSH}-security"}),
    spelt("both tokens", None, env=env_keys("env", True) | {"AWS_SECURITY_TOKEN": f"{HUSH}-security"}),
    spelt("an empty AWS_SECURITY_TOKEN", None, env=env_keys("env", True) | {"AWS_SECURITY_TOKEN": ""}),
    spelt("id without a secret", f"[default]\n{keys('d')}", env={"AWS_ACCESS_KEY_ID": "AKIA"}),
    spelt("id, empty secret", f"[default]\n{keys('d')}", env={"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": ""}),
    spelt("secret without an id", f"[default]\n{keys('d')}", env={"AWS_SECRET_ACCESS_KEY": HUSH}),
    spelt("empty id", f"[default]\n{keys('d')}", env={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": HUSH}),
    spelt("a token alone", f"[default]\n{keys('d')}", env={"AWS_SESSION_TOKEN": f"{HUSH}-session"}),
    spelt("a far expiration", None, env=env_keys("env") | {"AWS_CREDENTIAL_EXPIRATION": FAR}),
    spelt("a past expiration", None, env=env_keys("env") | {"AWS_CREDENTIAL_EXPIRATION": PAST}),
    spelt("keys beside AWS_PROFILE", f"[profile x]\n{EU}{keys('x')}", env=env_keys("env") | {"AWS_PROFILE": "x"}),
    spelt("keys beside a missing AWS_PROFILE", None, env=env_keys("env") | {"AWS_PROFILE": "x"}),
    spelt("keys beside a profile that is asked for", f"[profile x]\n{EU}{keys('x')}", env=env_keys("env"), what="profile:x"),
    spelt("keys beside an empty profile that is asked for", f"[profile x]\n{EU}", env=env_keys("env"), what="profile:x"),
    spelt("keys beside a role", f"[default]\n{EU}{role('r', 'source_profile = base')}{BASE}", env=env_keys("env")),
    spelt("AWS_PROFILE", f"[default]\n{keys('d')}[profile x]\n{EU}{keys('x')}", env={"AWS_PROFILE": "x"}),
    spelt("AWS_DEFAULT_PROFILE", f"[default]\n{keys('d')}[profile x]\n{EU}{keys('x')}", env={"AWS_DEFAULT_PROFILE": "x"}),
    spelt("both profiles", f"[profile x]\n{keys('x')}[profile y]\n{keys('y')}", env={"AWS_DEFAULT_PROFILE": "x", "AWS_PROFILE": "y"}),
    spelt("AWS_PROFILE beside a profile that is asked for", f"[profile x]\n{keys('x')}[profile y]\n{keys('y')}",
          env={"AWS_PROFILE": "y"}, what="profile:x"),
    spelt("an empty AWS_PROFILE", f"[default]\n{keys('d')}", env={"AWS_PROFILE": ""}),
    spelt("AWS_DEFAULT_REGION", f"[default]\n{EU}{keys('d')}", env={"AWS_DEFAULT_REGION": "us-west-2"}),
    spelt("an empty AWS_DEFAULT_REGION", f"[default]\n{EU}{keys('d')}", env={"AWS_DEFAULT_REGION": ""}),
    spelt("AWS_DEFAULT_REGION and a role", f"[default]\n{EU}{role('r', 'source_profile = base')}{BASE}", env={"AWS_DEFAULT_REGION": "us-west-2"}),
    spelt("a container that does not answer", None, env=ECS),
    spelt("a container beside a profile with keys", f"[default]\n{keys('d')}", env=ECS),
    spelt("a container anywhere", None, env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://keys.example/"}),
    spelt("a container on this machine", None, env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/keys?a=b"}),
]

ROLES = [
    spelt("a role", f"[default]\n{EU}{role('r', 'source_profile = base')}{BASE}"),
    spelt("a role of keys with a token", f"[default]\n{EU}{role('r', 'source_profile = base')}[profile base]\n{keys('base', True)}"),
    spelt("a role without a region", f"[default]\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("a role, the region of the source only", f"[default]\n{role('r', 'source_profile = base')}{BASE}region = us-west-2\n"),
    spelt("a role, both regions", f"[default]\n{EU}{role('r', 'source_profile = base')}{BASE}region = us-west-2\n"),
    spelt("a role in us-east-1", f"[default]\nregion = us-east-1\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("a role in aws-global", f"[default]\nregion = aws-global\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("a role in China", f"[default]\nregion = cn-north-1\n{role('r', 'source_profile = base', partition='aws-cn')}{BASE}"),
    spelt("a role in China without a region", f"[default]\n{role('r', 'source_profile = base', partition='aws-cn')}{BASE}"),
    spelt("a role in a new region", f"[default]\nregion = eu-new-9\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("a role in no region", f"[default]\nregion = eu west 1\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("sts_regional_endpoints = legacy", f"[default]\n{EU}sts_regional_endpoints = legacy\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("AWS_STS_REGIONAL_ENDPOINTS", f"[default]\nregion = eu-west-3\n{role('r', 'source_profile = base')}{BASE}",
          env={"AWS_STS_REGIONAL_ENDPOINTS": "regional"}),
    spelt("keys in the credentials file", f"[default]\n{EU}{role('r', 'source_profile = base')}", credentials=f"[base]\n{keys('base')}"),
    spelt("everything", "[default]\n" + EU + role("r", "source_profile = base", "external_id = a+b/c=d e", "role_session_name = me@here",
                                                  "duration_seconds = 3600") + BASE),
    spelt("a session name", f"[default]\n{EU}{role('r', 'role_session_name = mine', 'source_profile = base')}{BASE}"),
    spelt("a session name that begins with ours", f"[default]\n{EU}{role('r', 'role_session_name = copyto-x', 'source_profile = base')}{BASE}"),
    spelt("a session name of one letter", f"[default]\n{EU}{role('r', 'role_session_name = m', 'source_profile = base')}{BASE}"),
    spelt("an empty session name", f"[default]\n{EU}{role('r', 'role_session_name =', 'source_profile = base')}{BASE}"),
    spelt("a session name with spaces", f"[default]\n{EU}{role('r', 'role_session_name = a b', 'source_profile = base')}{BASE}"),
    spelt("an external id of one letter", f"[default]\n{EU}{role('r', 'external_id = e', 'source_profile = base')}{BASE}"),
    spelt("an empty external id", f"[default]\n{EU}{role('r', 'external_id =', 'source_profile = base')}{BASE}"),
    spelt("a short ARN", f"[default]\n{EU}role_arn = arn:aws:iam::1:r\nsource_profile = base\n{BASE}"),
    spelt("not an ARN", f"[default]\n{EU}role_arn = nonsense-nonsense-nonsense\nsource_profile = base\n{BASE}"),
    *[spelt(f"duration {text!r}", f"[default]\n{EU}{role('r', 'duration_seconds = ' + text, 'source_profile = base')}{BASE}")
      for text in ("900", "899", "43201", "1h", "", " 1_800", "+1200", "-1", "1800.0", "1800 # s", "0x1000")],
    spelt("a duration in a chain", CHAIN.replace("[profile b]\n", "[profile b]\nduration_seconds = 7200\n") + keys("c"), what="profile:a"),
    spelt("a chain of three", CHAIN + keys("c"), what="profile:a"),
    spelt("a chain of three without keys", CHAIN, what="profile:a"),
    spelt("a chain, half of the keys", CHAIN + "aws_access_key_id = AKIA\n", what="profile:a"),
    spelt("a chain, a short ARN at its end", CHAIN.replace("arn:aws:iam::123456789012:role/a", "arn") + keys("c"), what="profile:a"),
    spelt("a chain with names and ids", CHAIN.replace("[profile b]\n", "[profile b]\nexternal_id = bb\nrole_session_name = bee\n") + keys("c"),
          what="profile:a"),
    spelt("a chain that stops at keys", CHAIN.replace("[profile b]\n", f"[profile b]\n{keys('b')}") + keys("c"), what="profile:a"),
    spelt("a chain that stops at a secret", CHAIN.replace("[profile b]\n", f"[profile b]\naws_secret_access_key = {HUSH}\n") + keys("c"),
          what="profile:a"),
    spelt("one role twice", CHAIN.replace("role/b", "role/a") + keys("c"), what="profile:a"),
    spelt("itself, with keys", f"[default]\n{EU}{role('r', 'source_profile = default')}{keys('self')}"),
    spelt("itself, without keys", f"[default]\n{EU}{role('r', 'source_profile = default')}"),
    spelt("itself, with an id", f"[default]\n{EU}{role('r', 'source_profile = default')}aws_access_key_id = AKIA\n"),
    spelt("itself, at the end of a chain", CHAIN + keys("c") + role("c", "source_profile = c"), what="profile:a"),
    spelt("itself, with keys in the credentials file", f"[profile x]\n{EU}{role('r', 'source_profile = x')}", credentials=f"[x]\n{keys('x')}",
          what="profile:x"),
    spelt("itself, keys in a process", f"[default]\n{EU}{role('r', 'source_profile = default')}credential_process = /bin/true\n"),
    spelt("a loop of two", f"[profile a]\n{EU}{role('a', 'source_profile = b')}[profile b]\n{role('b', 'source_profile = a')}", what="profile:a"),
    spelt("a loop of two with keys", f"[profile a]\n{EU}{role('a', 'source_profile = b')}{keys('a')}[profile b]\n{role('b', 'source_profile = a')}",
          what="profile:a"),
    spelt("a loop apart", f"[profile z]\n{EU}{role('z', 'source_profile = a')}" + CHAIN + role("c", "source_profile = b"), what="profile:z"),
    spelt("a missing source", f"[default]\n{EU}{role('r', 'source_profile = missing')}"),
    spelt("a source without keys", f"[default]\n{EU}{role('r', 'source_profile = base')}[profile base]\n{EU}"),
    spelt("a source without keys, some in the environment", f"[default]\n{EU}{role('r', 'source_profile = base')}[profile base]\n{EU}",
          env=env_keys("env"), what="profile:default"),
    spelt("a source with spaces", f'[default]\n{EU}{role("r", "source_profile = my lake")}[profile "my lake"]\n{keys("lake")}'),
    spelt("a quoted source", f'[default]\n{EU}{role("r", "source_profile = " + chr(34) + "base" + chr(34))}{BASE}'),
    spelt("a role and no source", f"[default]\n{EU}{role('r')}"),
    spelt("a role and no source, keys in the profile", f"[default]\n{EU}{role('r')}{keys('d')}"),
    spelt("a role and no source, keys in the environment", f"[default]\n{EU}{role('r')}", env=env_keys("env")),
    spelt("a source and no role", f"[default]\n{EU}source_profile = base\n{BASE}"),
    spelt("two sources", f"[default]\n{EU}{role('r', 'source_profile = base', 'credential_source = Environment')}{BASE}", env=env_keys("env"),
          what="profile:default"),
    *[spelt(f"credential_source = {word}, {'with' if env else 'without'} keys", f"[default]\n{EU}{role('r', 'credential_source = ' + word)}",
            env=env, what="profile:default")
      for word in ("Environment", "environment", "EcsContainer", "Ec2InstanceMetadata", "Nonsense", "") for env in (env_keys("env", True), {})],
    spelt("credential_source and keys, the chain", f"[default]\n{EU}{role('r', 'credential_source = Environment')}", env=env_keys("env")),
    spelt("credential_source with an id", f"[default]\n{EU}{role('r', 'credential_source = Environment')}", env={"AWS_ACCESS_KEY_ID": "AKIA"},
          what="profile:default"),
    spelt("credential_source with a container", f"[default]\n{EU}{role('r', 'credential_source = EcsContainer')}", env=ECS),
    spelt("credential_source at the end of a chain", f"[profile x]\n{EU}{role('x', 'source_profile = y')}[profile y]\n"
          f"{role('y', 'credential_source = Environment')}", env=env_keys("env"), what="profile:x"),
    spelt("mfa_serial", f"[default]\n{EU}{role('r', 'mfa_serial = arn:aws:iam::123456789012:mfa/me', 'source_profile = base')}{BASE}"),
    spelt("mfa_serial in a chain", CHAIN.replace("[profile b]\n", "[profile b]\nmfa_serial = arn:aws:iam::1:mfa/me\n") + keys("c"), what="profile:a"),
    spelt("mfa_serial in another profile", f"[default]\n{keys('d')}[profile x]\n{role('r', 'mfa_serial = m', 'source_profile = default')}"),
    spelt("mfa_serial without a role", f"[default]\n{keys('d')}mfa_serial = arn:aws:iam::123456789012:mfa/me\n"),
    spelt("mfa_serial, and a source that is missing",
          f"[default]\n{EU}{role('r', 'mfa_serial = arn:aws:iam::1:mfa/me', 'source_profile = missing')}"),
    spelt("a source with empty keys",
          f"[default]\n{EU}{role('r', 'source_profile = base')}[profile base]\naws_access_key_id =\naws_secret_access_key =\n"),
]

WEB_IDENTITY = [
    spelt("in a profile", f"[default]\n{EU}{role('pod', 'web_identity_token_file = @HOME@/web.token')}", files=WEB),
    spelt("in a profile, named", f"[default]\n{EU}{role('pod', 'web_identity_token_file = @HOME@/web.token', 'role_session_name = pod')}", files=WEB),
    spelt("in a profile, with all that roles have",
          "[default]\n" + EU + role("pod", "web_identity_token_file = @HOME@/web.token", "external_id = ext",
                                                                              "duration_seconds = 3600", "source_profile = base") + BASE, files=WEB),
    spelt("a newline at the end", f"[default]\n{EU}{role('pod', 'web_identity_token_file = @HOME@/web.token')}",
          files={"web.token": f"{HUSH}.token\n"}),
    spelt("spaces and newlines", f"[default]\n{EU}{role('pod', 'web_identity_token_file = @HOME@/web.token')}",
          files={"web.token": f"  {HUSH}.one\r\n{HUSH}&two=%20\n\n"}),
    spelt("below ~", f"[default]\n{EU}{role('pod', 'web_identity_token_file = ~/web.token')}", files=WEB),
    spelt("beside us", f"[default]\n{EU}{role('pod', 'web_identity_token_file = web.token')}", files=WEB),
    spelt("missing", f"[default]\n{EU}{role('pod', 'web_identity_token_file = @HOME@/missing')}"),
    spelt("missing, keys in the profile", f"[default]\n{EU}{role('pod', 'web_identity_token_file = @HOME@/missing')}{keys('d')}"),
    spelt("empty", f"[default]\n{EU}{role('pod', 'web_identity_token_file = @HOME@/web.token')}", files={"web.token": ""}),
    spelt("three letters", f"[default]\n{EU}{role('pod', 'web_identity_token_file = @HOME@/web.token')}", files={"web.token": "abc"}),
    spelt("not UTF-8", f"[default]\n{EU}{role('pod', 'web_identity_token_file = @HOME@/web.token')}", files={"web.token": b"hush\xff\xfe"}),
    spelt("an empty path", f"[default]\n{EU}{role('pod', 'web_identity_token_file =')}{keys('d')}", files=WEB),
    spelt("no role", f"[default]\n{EU}web_identity_token_file = @HOME@/web.token\n", files=WEB),
    spelt("no role, keys in the profile", f"[default]\n{EU}web_identity_token_file = @HOME@/web.token\n{keys('d')}", files=WEB),
    spelt("keys in the profile", f"[default]\n{EU}{role('pod', 'web_identity_token_file = @HOME@/web.token')}{keys('d')}", files=WEB),
    spelt("no region", f"[default]\n{role('pod', 'web_identity_token_file = @HOME@/web.token')}", files=WEB),
    spelt("the environment", None, env=WEB_ENV, files=WEB),
    spelt("the environment, named", None, env=WEB_ENV | {"AWS_ROLE_SESSION_NAME": "pod-1", "AWS_DEFAULT_REGION": "eu-west-1"}, files=WEB),
    spelt("the environment, an empty name", None, env=WEB_ENV | {"AWS_ROLE_SESSION_NAME": ""}, files=WEB),
    spelt("the environment, no role", None, env={"AWS_WEB_IDENTITY_TOKEN_FILE": "@HOME@/web.token"}, files=WEB),
    spelt("the environment, an empty role", None, env=WEB_ENV | {"AWS_ROLE_ARN": ""}, files=WEB),
    spelt("the environment, an empty path", f"[default]\n{keys('d')}", env=WEB_ENV | {"AWS_WEB_IDENTITY_TOKEN_FILE": ""}, files=WEB),
    spelt("the environment, only a role", f"[default]\n{keys('d')}", env={"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod"}),
    spelt("the environment beside a profile", f"[default]\n{EU}{keys('d')}", env=WEB_ENV, files=WEB),
    spelt("the environment beside a role", f"[default]\n{EU}{role('r', 'source_profile = base')}{BASE}", env=WEB_ENV, files=WEB),
    spelt("the environment beside a role without a source", f"[default]\n{EU}{role('r')}", env=WEB_ENV, files=WEB),
    spelt("the environment beside keys in it", None, env=WEB_ENV | env_keys("env"), files=WEB),
    spelt("the environment beside AWS_PROFILE", f"[profile x]\n{EU}{keys('x')}", env=WEB_ENV | {"AWS_PROFILE": "x"}, files=WEB),
    spelt("the environment beside a profile that is asked for", f"[profile x]\n{EU}{keys('x')}", env=WEB_ENV, files=WEB, what="profile:x"),
    spelt("a token of the environment, a role of the profile", f"[default]\n{EU}role_session_name = mixed\n"
          "web_identity_token_file = @HOME@/other\nrole_arn = arn:aws:iam::123456789012:role/other\n",
          env={"AWS_WEB_IDENTITY_TOKEN_FILE": "@HOME@/web.token"}, files=WEB),
    spelt("a role of the environment, a token of the profile", f"[default]\n{EU}web_identity_token_file = @HOME@/web.token\n",
          env={"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod"}, files=WEB),
    spelt("as a source",
          f"[default]\n{EU}{role('r', 'source_profile = pod')}[profile pod]\n{role('pod', 'web_identity_token_file = @HOME@/web.token')}",
          files=WEB),
    spelt("as a source, missing", f"[default]\n{EU}{role('r', 'source_profile = pod')}[profile pod]\n"
          f"{role('pod', 'web_identity_token_file = @HOME@/missing')}"),
    spelt("as a source, in the environment", f"[default]\n{EU}{role('r', 'source_profile = pod')}[profile pod]\n{EU}", env=WEB_ENV, files=WEB),
]

SSO = [
    spelt("a session", f"[default]\n{sso()}{CORP}", files=cached("corp")),
    spelt("a session, quoted, with spaces", f'[default]\n{sso(session="my corp")}{CORP.replace("corp", chr(34) + "my corp" + chr(34))}',
          files=cached("my corp")),
    spelt("a session, a name to encode", "[default]\n" + sso("Read er/+&\u00fc") + CORP, files=cached("corp")),
    spelt("a session in China", f"[default]\n{sso()}{CORP.replace('eu-central-1', 'cn-north-1')}", files=cached("corp")),
    spelt("a session, a region of the profile", f"[default]\n{EU}{sso()}{CORP}", files=cached("corp")),
    spelt("a session, no token", f"[default]\n{sso()}{CORP}"),
    spelt("a session, a token by its address", f"[default]\n{sso()}{CORP}", files=cached(START)),
    spelt("a session, expired", f"[default]\n{sso()}{CORP}", files=cached("corp", PAST)),
    spelt("a session, expired, to renew", f"[default]\n{sso()}{CORP}", files=cached(
        "corp", PAST, clientId="me", clientSecret=f"{HUSH}-client", refreshToken=f"{HUSH}-refresh", registrationExpiresAt=FAR)),
    spelt("a session, expired, too late to renew", f"[default]\n{sso()}{CORP}", files=cached(
        "corp", PAST, clientId="me", clientSecret=f"{HUSH}-client", refreshToken=f"{HUSH}-refresh", registrationExpiresAt=PAST)),
    *[spelt(f"a session until {text!r}", f"[default]\n{sso()}{CORP}", files=cached("corp", text))
      for text in ("2099-01-01T00:00:00UTC", "2099-01-01T00:00:00+02:00", "2099-01-01T00:00:00.123Z", "2099-01-01 00:00:00Z",
                   "2099-01-01T00:00:00", "nonsense", "")],
    spelt("a session, a cache that is no JSON", f"[default]\n{sso()}{CORP}", files={k: f"{HUSH} {{" for k in cached("corp")}),
    spelt("a session, a cache without a token", f"[default]\n{sso()}{CORP}", files={k: json.dumps({"expiresAt": FAR}) for k in cached("corp")}),
    spelt("a session, a cache without an expiration", f"[default]\n{sso()}{CORP}",
          files={k: json.dumps({"accessToken": HUSH}) for k in cached("corp")}),
    spelt("a session that is missing", f"[default]\n{sso(session='other')}{CORP}", files=cached("corp")),
    spelt("a session that is missing, keys in the profile", f"[default]\n{sso(session='other')}{keys('d')}"),
    spelt("a session without an address", f"[default]\n{sso()}[sso-session corp]\nsso_region = eu-west-1\n", files=cached("corp")),
    spelt("a session without a region", f"[default]\n{sso()}[sso-session corp]\nsso_start_url = {START}\n", files=cached("corp")),
    spelt("a session, its region in the profile", f"[default]\n{sso()}sso_region = eu-west-1\n[sso-session corp]\nsso_start_url = {START}\n",
          files=cached("corp")),
    spelt("a session and the same values", f"[default]\n{sso()}sso_region = eu-central-1\n{CORP}", files=cached("corp")),
    spelt("a session and another region", f"[default]\n{sso()}sso_region = eu-west-1\n{CORP}", files=cached("corp")),
    spelt("a session and another address", f"[default]\n{sso()}sso_start_url = https://other.example\n{CORP}", files=cached("corp")),
    spelt("a session that gives the account", f"[default]\nsso_session = corp\nsso_role_name = Reader\n{CORP}sso_account_id = 210987654321\n",
          files=cached("corp")),
    spelt("a session, no account", f"[default]\nsso_session = corp\nsso_role_name = Reader\n{CORP}", files=cached("corp")),
    spelt("a session, no role", f"[default]\nsso_session = corp\nsso_account_id = 123456789012\n{CORP}", files=cached("corp")),
    spelt("a session, neither", f"[default]\nsso_session = corp\n{CORP}", files=cached("corp")),
    spelt("a session, neither, keys in the profile", f"[default]\nsso_session = corp\n{keys('d')}{CORP}", files=cached("corp")),
    spelt("a session beside keys", f"[default]\n{sso()}{keys('d')}{CORP}", files=cached("corp")),
    spelt("a session beside keys in the credentials file", f"[default]\n{sso()}{CORP}", credentials=f"[default]\n{keys('d')}", files=cached("corp")),
    spelt("a session beside keys in the environment", f"[default]\n{sso()}{CORP}", env=env_keys("env"), files=cached("corp")),
    spelt("a session beside a role", f"[default]\n{EU}{sso()}{role('r', 'source_profile = base')}{BASE}{CORP}", files=cached("corp")),
    spelt("a session and a role of itself", f"[default]\n{EU}{sso()}{role('r', 'source_profile = default')}{CORP}", files=cached("corp")),
    spelt("a role, and a session that is missing", f"[default]\n{EU}sso_session = other\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("a session twice", f"[default]\n{sso()}{CORP}{CORP}", files=cached("corp")),
    spelt("a session in the credentials file", f"[default]\n{sso()}", credentials=CORP, files=cached("corp")),
    spelt("an endpoint for SSO", f"[default]\n{sso()}{CORP}", files=cached("corp"), env={"AWS_ENDPOINT_URL_SSO": "http://portal.sso.example:81/x"}),
    spelt("an endpoint for all", f"[default]\n{sso()}{CORP}", files=cached("corp"), env={"AWS_ENDPOINT_URL": "http://all.example"}),
    spelt("legacy", f"[default]\n{legacy()}", files=cached(START)),
    spelt("legacy, an old date", f"[default]\n{legacy()}", files=cached(START, "2099-01-01T00:00:00UTC")),
    spelt("legacy, no zone", f"[default]\n{legacy()}", files=cached(START, "2099-01-01T00:00:00")),
    spelt("legacy, expired", f"[default]\n{legacy()}", files=cached(START, PAST)),
    spelt("legacy, no token", f"[default]\n{legacy()}"),
    spelt("legacy, a slash more", f"[default]\n{legacy(start=START + '/')}", files=cached(START)),
    spelt("legacy, a fragment", f"[default]\n{legacy(start=START + '#/')}", files=cached(START + "#/")),
    spelt("legacy, no region", f"[default]\n{EU}{legacy().replace('sso_region = eu-west-1', '')}", files=cached(START)),
    spelt("legacy, no account", f"[default]\n{legacy().replace('sso_account_id', 'other')}", files=cached(START)),
    spelt("legacy, neither", f"[default]\nsso_start_url = {START}\nsso_region = eu-west-1\n", files=cached(START)),
    spelt("as a source", f"[default]\n{EU}{role('r', 'source_profile = s')}[profile s]\n{sso()}{CORP}", files=cached("corp")),
    spelt("as a source, expired", f"[default]\n{EU}{role('r', 'source_profile = s')}[profile s]\n{sso()}{CORP}", files=cached("corp", PAST)),
    spelt("legacy as a source", f"[default]\n{EU}{role('r', 'source_profile = s')}[profile s]\n{legacy()}", files=cached(START)),
    spelt("at the end of a chain", CHAIN + sso() + CORP, files=cached("corp"), what="profile:a"),
    spelt("in the credentials file", None, credentials=f"[default]\n{legacy()}", files=cached(START)),
]

PROCESSES = [
    {"name": "keys", **process(said("proc"))},
    {"name": "a token", **process(said("proc", SessionToken=f"{HUSH}-process"))},
    {"name": "a far expiration", **process(said("proc", SessionToken=f"{HUSH}-process", Expiration=FAR))},
    {"name": "a far expiration with a zone", **process(said("proc", SessionToken=f"{HUSH}-process", Expiration="2099-01-01T00:00:00+00:00"))},
    {"name": "a far expiration without a token", **process(said("proc", Expiration=FAR))},
    {"name": "a past expiration", **process(said("proc", SessionToken=f"{HUSH}-process", Expiration=PAST))},
    {"name": "an expiration without a zone", **process(said("proc", SessionToken=f"{HUSH}-process", Expiration="2099-01-01T00:00:00"))},
    {"name": "not an expiration", **process(said("proc", SessionToken=f"{HUSH}-process", Expiration="soon"))},
    {"name": "null", **process(said("proc")[:-1] + ', "SessionToken": null, "Expiration": null}')},
    {"name": "more than is known", **process(said("proc", Other={"a": [1, 2.5, None, True]}, AccountId="123456789012"))},
    {"name": "status 1", **process(said("proc"), 1)},
    {"name": "status 1 and a message", "config": "[default]\ncredential_process = @HOME@/keys.sh\n",
     "files": {"keys.sh": "#!/bin/sh\necho no keys today >&2\nexit 1\n"}},
    {"name": "a message and keys", "config": "[default]\ncredential_process = @HOME@/keys.sh\n",
     "files": {"keys.sh": script(said("proc")).replace("sh\n", "sh\necho by the way >&2\n", 1)}},
    {"name": "version 2", **process(said("proc", Version=2))},
    {"name": "version as text", **process(said("proc", Version="1"))},
    {"name": "version 1.0", **process(said("proc", Version=1.0))},
    {"name": "no version", **process(said("proc", Version=None))},
    {"name": "no id", **process(said("proc", AccessKeyId=None))},
    {"name": "no secret", **process(said("proc", SecretAccessKey=None))},
    {"name": "an empty id", **process(said("proc", AccessKeyId=""))},
    {"name": "a list", **process("[]")},
    {"name": "garbage", **process(f"{HUSH} is no JSON")},
    {"name": "garbage after it", **process(said("proc") + f" {HUSH}")},
    {"name": "nothing", "config": "[default]\ncredential_process = /bin/true\n"},
    {"name": "missing", "config": "[default]\ncredential_process = @HOME@/missing\n"},
    {"name": "missing, keys in the profile", "config": f"[default]\ncredential_process = @HOME@/missing\n{keys('d')}"},
    {"name": "an empty command", "config": "[default]\ncredential_process =\n"},
    {"name": "found by PATH", "config": "[default]\ncredential_process = sh @HOME@/keys.sh\n", "files": {"keys.sh": script(said("proc"))}},
    {"name": "below ~", **process(said("proc"), command="~/keys.sh")},
    {"name": "beside us", **process(said("proc"), command="./keys.sh")},
    {"name": "an open quote", **process(said("proc"), command="@HOME@/keys.sh 'a")},
    {"name": "a comment", **process(said("proc"), command="@HOME@/keys.sh # why")},
    *[{"name": f"arguments {text}", "config": f"[default]\ncredential_process = @HOME@/keys.sh {text}\n", "files": {
        "keys.sh": "#!/bin/sh\nprintf '{\"Version\": 1, \"AccessKeyId\": \"'\nprintf '<%s>' \"$@\" | tr '\"\\\\\\\\\\n' '^/|'\n"
                   "printf '\", \"SecretAccessKey\": \"hush\"}'\n"}}
      for text in (
          "a b", "'a b' c", '"a b" c', r"a\ b", r"'a\ b'", r'"a\"b\c\\d"', "a''b \"\" ''", "$HOME ~ *",
          "a;b|c&d>e", "a=b#c \u00fc", "--x='y z'")],
    {"name": "keys in the config file", **{**process(said("proc")), "config": f"[default]\ncredential_process = @HOME@/keys.sh\n{keys('d')}"}},
    {"name": "keys in the credentials file", **process(said("proc")), "credentials": f"[default]\n{keys('d')}"},
    {"name": "in the credentials file", "credentials": "[default]\ncredential_process = @HOME@/keys.sh\n",
     "files": {"keys.sh": script(said("proc"))}},
    {"name": "beside a session", "config": f"[default]\ncredential_process = @HOME@/keys.sh\n{sso()}{CORP}",
     "files": {"keys.sh": script(said("proc"))} | cached("corp")},
    {"name": "as a source", "config": f"[default]\n{EU}{role('r', 'source_profile = p')}[profile p]\ncredential_process = @HOME@/keys.sh\n",
     "files": {"keys.sh": script(said("proc", SessionToken=f"{HUSH}-p", Expiration=FAR))}},
    {"name": "as a source, failing", "config": f"[default]\n{EU}{role('r', 'source_profile = p')}[profile p]\ncredential_process = /bin/false\n"},
]

D = f"[default]\n{EU}{keys('d')}"
ENDPOINTS = [
    spelt("none", D), spelt("of the profile", D + "endpoint_url = https://all.profile.example\n"),
    spelt("of the services", D + "services = lake\n" + LAKE),
    spelt("of both", D + "services = lake\nendpoint_url = https://all.profile.example\n" + LAKE),
    spelt("of services without S3", D + "services = lake\nendpoint_url = https://all.profile.example\n[services lake]\nsts =\n  endpoint_url = x\n"),
    spelt("of services with S3 in capitals", D + "services = lake\n[services lake]\nS3 =\n  ENDPOINT_URL = https://x.example\n"),
    spelt("of services that are missing", D + "services = other\n" + LAKE),
    spelt("of services that are empty", D + "services = lake\n[services lake]\n"),
    spelt("of services that are quoted", D + 'services = my lake\n' + LAKE.replace("services lake", 'services "my lake"')),
    spelt("of services and a role", f"[default]\n{EU}services = lake\n{role('r', 'source_profile = base')}{BASE}{LAKE}"),
    spelt("of a role's source's services", f"[default]\n{EU}{role('r', 'source_profile = base')}{BASE}services = lake\n{LAKE}"),
    spelt("of services that are missing and a role", f"[default]\n{EU}services = other\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("of the profile and a role", f"[default]\n{EU}endpoint_url = http://all.example:1/a/\n{role('r', 'source_profile = base')}{BASE}"),
    spelt("S3's setting on a line of its own", D + "s3 =\n  endpoint_url = https://s3.profile.example\n"),
    spelt("AWS_ENDPOINT_URL", D, env={"AWS_ENDPOINT_URL": BOTH["AWS_ENDPOINT_URL"]}), spelt("AWS_ENDPOINT_URL_S3 too", D, env=BOTH),
    spelt("an empty AWS_ENDPOINT_URL_S3", D, env=BOTH | {"AWS_ENDPOINT_URL_S3": ""}),
    spelt("AWS_ENDPOINT_URL beside services", D + "services = lake\n" + LAKE, env={"AWS_ENDPOINT_URL": "https://all.env.example"}),
    spelt("AWS_ENDPOINT_URL beside services that are missing", D + "services = other\n", env={"AWS_ENDPOINT_URL": "https://all.env.example"}),
    spelt("AWS_ENDPOINT_URL and a role", f"[default]\n{EU}{role('r', 'source_profile = base')}{BASE}", env=BOTH),
    spelt("AWS_ENDPOINT_URL and a web identity", f"[default]\n{EU}{role('pod', 'web_identity_token_file = web.token')}", env=BOTH, files=WEB),
    spelt("AWS_ENDPOINT_URL_STS", f"[default]\n{EU}{role('r', 'source_profile = base')}{BASE}",
          env=BOTH | {"AWS_ENDPOINT_URL_STS": "http://sts.env.example/"}),
    spelt("AWS_ENDPOINT_URL_STS, no region", f"[default]\n{role('r', 'source_profile = base')}{BASE}",
          env={"AWS_ENDPOINT_URL_STS": "http://sts.env.example:8080"}),
    spelt("AWS_ENDPOINT_URL that is none, and a role", f"[default]\n{EU}{role('r', 'source_profile = base')}{BASE}",
          env={"AWS_ENDPOINT_URL": "nonsense"}),
    spelt("AWS_ENDPOINT_URL that is none", D, env={"AWS_ENDPOINT_URL": "nonsense"}),
    *[spelt(f"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS={word}", D + "services = lake\n" + LAKE,
            env=BOTH | {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": word}) for word in ("true", "TRUE", "1", "yes", "false", "", " true")],
    spelt("ignored, and a role", f"[default]\n{EU}services = lake\n{role('r', 'source_profile = base')}{BASE}{LAKE}",
          env=BOTH | {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}),
    spelt("ignored by the profile", D + "ignore_configured_endpoint_urls = True\n", env=BOTH),
    spelt("ignored by the profile, not by the environment", D + "ignore_configured_endpoint_urls = true\n",
          env=BOTH | {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"}),
    spelt("of a role's source, ignored", f"[default]\n{EU}{role('r', 'source_profile = base')}{BASE}endpoint_url = http://base.example\n"),
    spelt("of a profile in the credentials file", D, credentials="[default]\nendpoint_url = https://shared.example\n"),
]

BY_HAND = (("section", HEADINGS), ("spelling", SPELLING), ("files", FILES), ("environment", ENVIRONMENT), ("role", ROLES),
           ("web identity", WEB_IDENTITY), ("SSO", SSO), ("process", PROCESSES), ("endpoint", ENDPOINTS))


class Drawn:
    """A case of profiles that refer to one another, with settings drawn at random."""
    NAMES = ("default", "one", "two", "my lake")

    def __init__(self, draw):
        self.draw, self.files, self.env = draw, {}, {}
        self.sections, self.shared = [], []  # Of the config file and the credentials file: (heading, lines).

    def chance(self, percent):
        return self.draw.randrange(100) < percent

    def made(self, number):
        names = self.draw.sample(self.NAMES, self.draw.randint(1, 4))
        for at, name in enumerate(names):
            self.profile(name, names, at)
        if self.chance(90):
            self.sections.append(("[sso-session corp]", [f"sso_start_url = {START}", "sso_region = eu-central-1"][:1 if self.chance(7) else 2]))
        self.sections.append(("[services lake]", ["s3 =", "  endpoint_url = https://s3.services.example", "  path = x", "sts =",
                                                  "  endpoint_url = https://sts.services.example/q"]))
        if self.chance(6):
            self.sections.append(("[DEFAULT]", [self.draw.choice(["region = us-west-1", "external_id = everywhere", "output = json"])]))
        if self.chance(3):
            self.sections.append(self.draw.choice(self.sections))  # Twice.
        if self.chance(80):
            self.files |= WEB
        self.environment(names)
        for key in ("corp", START):
            if self.chance(85):
                self.files |= cached(key, self.draw.choice([FAR, FAR, FAR, "2098-12-31T23:59:59UTC", PAST]), f"{HUSH}-{key[:4]}")
        self.draw.shuffle(self.sections)
        wanted = "missing" if self.chance(5) else self.draw.choice(names[:2])
        case = {"name": f"drawn {number}", "env": self.env, "files": self.files, "config": self.text(self.sections),
                "credentials": self.text(self.shared) if self.shared else None, "what": self.draw.choice(["chain", f"profile:{wanted}"])}
        if case["what"] == "chain" and self.chance(50):
            self.env["AWS_PROFILE"] = wanted
        return case

    def environment(self, names):
        if self.chance(15):
            self.env |= env_keys("env", self.chance(50))
        if self.chance(4):
            self.env.pop("AWS_SECRET_ACCESS_KEY", None)
        if self.chance(12):
            self.env |= WEB_ENV
        if self.chance(10):
            self.env["AWS_ROLE_SESSION_NAME"] = "from-env"
        if self.chance(20):
            self.env["AWS_DEFAULT_REGION"] = "us-west-2"
        for name, value in (*BOTH.items(), ("AWS_ENDPOINT_URL_STS", "https://sts.env.example"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")):
            if self.chance(6):
                self.env[name] = value

    def profile(self, name, names, at):
        short = name.replace(" ", "")
        lines, shared = [], []
        last = at == len(names) - 1
        kind = self.draw.choices(("keys", "shared", "role", "source", "web", "sso", "legacy", "process", "empty", "half"),
                                 (16, 14, 5 if last else 40, 7, 8, 9, 6, 8, 3, 3))[0]
        pair = keys(short, self.chance(30)).splitlines()
        if kind == "keys" or self.chance(8):
            lines += pair
        if kind == "shared" or self.chance(6):
            shared += pair
        if kind == "half":
            lines.append(pair[0])
            shared.append(pair[1])
        if kind in ("role", "source", "web"):
            lines.append(f"role_arn = arn:aws:iam::123456789012:role/path/{short}")
            if kind == "role":  # Most often a later one: loops are rare.
                later = names[at + 1:] or [name]
                lines.append("source_profile = " + (self.draw.choice(later) if self.chance(92) else self.draw.choice([*names, "missing"])))
            if kind == "source":
                lines.append("credential_source = " + self.draw.choice(["Environment", "Environment", "EcsContainer", "Nonsense"]))
            if kind == "web":
                lines.append("web_identity_token_file = @HOME@/web.token")
            for percent, line in ((25, "external_id = id/" + short), (30, "role_session_name = at-" + short), (15, "duration_seconds = 1800"),
                                  (4, "duration_seconds = 60"), (4, "mfa_serial = arn:aws:iam::123456789012:mfa/me"),
                                  (2, "credential_source = Environment")):
                if self.chance(percent) and line.split(" ")[0] not in {one.split(" ")[0] for one in lines}:
                    lines.append(line)
        if kind == "sso":
            lines += [line for line in sso("Role-" + short).splitlines() if not self.chance(3)]
            if self.chance(10):
                lines.append("sso_region = " + self.draw.choice(["eu-central-1", "eu-north-1"]))
        if kind == "legacy":
            lines += [line for line in legacy("Role-" + short).splitlines() if not self.chance(3)]
        if kind == "process":
            lines.append(f"credential_process = @HOME@/{short}.sh 'of {short}'")
            answer = said(short, SessionToken=f"{HUSH}-token-{short}" if self.chance(50) else None, Expiration=FAR if self.chance(50) else None)
            self.files[f"{short}.sh"] = script(answer, int(self.chance(8)))
        if self.chance(75):
            lines.append("region = " + self.draw.choice(["us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2"]))
        if self.chance(12):
            lines.append("services = " + ("lake" if self.chance(80) else "sea"))
        if self.chance(10):
            lines.append(f"endpoint_url = http://{short}.example:9000")
        if self.chance(5):
            lines.append("ignore_configured_endpoint_urls = true")
        if self.chance(15):
            lines += ["s3 =", "  addressing_style = path", "  max_queue_size = 10"]
        if self.chance(8):
            lines += ["output = json", "  region = nowhere-1"]
        if lines or not shared or self.chance(50):
            self.sections.append((self.heading(name), self.mixed(lines)))
        if shared:
            self.shared.append((f"[{name}]", shared))

    def mixed(self, lines):
        """The settings in another order, nested ones with theirs."""
        groups = []
        for line in lines:
            if line.startswith(" "):
                groups[-1].append(line)
            else:
                groups.append([line])
        self.draw.shuffle(groups)
        return [line for group in groups for line in group]

    def heading(self, name):
        if name == "default":
            return self.draw.choice(["[default]", "[default]", "[default]", "[profile default]"])
        quoted = self.draw.choice([f'"{name}"', f'"{name}"', f"'{name}'"]) if " " in name or self.chance(25) else name
        return f"[profile{self.draw.choice([' ', ' ', ' ', '  ', chr(9)])}{quoted}{self.draw.choice(['', '', '', ' '])}]"

    def text(self, sections):
        out = []
        for heading, lines in sections:
            out.append(heading + self.draw.choice(["", "", "", "", "  # a section"]))
            for line in lines:
                if self.chance(6):
                    out.append(self.draw.choice(["# region = x", "; [default]", "", "   # indented", "\t"]))
                if self.chance(15) and not line.startswith(" "):
                    name, value = line.split(" =", 1)
                    line = self.draw.choice([f"{name.upper()} ={value}", f"{name}={value}", f"{name} \t: {value.strip()} ",
                                             f"{name.title()}={value.strip()}"])
                out.append(line)
            out += self.draw.choice([[], [""], ["", "# -----"]])
        return self.draw.choice(["\n"] * 12 + ["\r\n"]).join(out + [""])


def cases():
    made = [dict(case, name=f"{group}: {case['name']}") for group, several in BY_HAND for case in several]
    draw = random.Random(21)
    made += [Drawn(draw).made(number) for number in range(1, 261)]
    return [Case(number, case) for number, case in enumerate(made, 1)]


class Case:
    def __init__(self, number, made):
        self.number, self.name, self.what = number, made["name"], made.get("what", "chain")
        self.files = dict(made.get("files", {}))
        for path in ("config", "credentials"):
            if made.get(path) is not None:
                self.files[f".aws/{path}"] = made[path]
        self.given = made.get("env", {})

    def put(self, directory):
        """The files, in a home of the case's own."""
        self.home = os.path.join(directory, str(self.number))
        os.makedirs(self.home)
        for path, text in self.files.items():
            path = os.path.join(self.home, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            data = text if isinstance(text, bytes) else text.replace("@HOME@", self.home).encode()
            with open(path, "wb") as file:
                file.write(data)
            os.chmod(path, 0o700 if data.startswith(b"#!") else 0o600)
        self.env = {"HOME": self.home, "PATH": "/usr/local/bin:/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true"}
        self.env |= {name: value.replace("@HOME@", self.home) for name, value in self.given.items()}

    def shown(self):
        out = [f"case {self.number}: {self.name} ({self.what})"]
        out += [f"  {name}={value}" for name, value in self.given.items()]
        for path, text in self.files.items():
            text = text.decode("utf-8", "backslashreplace") if isinstance(text, bytes) else text
            out += [f"  ~/{path}:"] + ["    " + UNSEEN.sub(lambda one: ascii(one[0])[1:-1], line) for line in text.split("\n")]
        return "\n".join(out)


# --- What botocore does ------------------------------------------------------------------------------------------------------

class Answer:
    """A body as urllib3 gives it."""

    def __init__(self, text):
        self.data = text.encode()

    def stream(self, *_, **__):
        yield self.data


class Mfa(Exception):
    pass


class Oracle:
    """What is said while botocore looks for one case's keys."""
    now = None  # The one at work.
    loader = botocore.loaders.create_loader()

    def __init__(self, case):
        self.lines, self.flags, self.count, self.refused = [], set(), 0, False
        self.region = self.endpoint = None  # None: not known. "-": none.
        before, directory = dict(os.environ), os.getcwd()
        Oracle.now = self
        try:
            os.environ.clear()
            os.environ.update(case.env, AWS_MAX_ATTEMPTS="1")
            os.chdir(case.home)
            cache = os.path.join(case.home, ".aws", "sso", "cache")
            botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR = botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR = cache
            self.find(case)
        finally:
            os.environ.clear()
            os.environ.update(before)
            os.chdir(directory)

    def find(self, case):
        profile = case.what.removeprefix("profile:") if case.what.startswith("profile:") else None
        session = botocore.session.Session(profile=profile)
        session.register_component("data_loader", self.loader)
        try:
            region = session.get_config_variable("region")
            self.region = str(region or "-").replace("\n", "\\n")
            if region is None:
                self.flags.add("no region")
            elif not re.fullmatch(r"[A-Za-z0-9-]+", str(region)):
                self.flags.add("broken region")
            self.endpoint = self.configured(session) or "-"
        except Exception:
            pass
        try:
            found = session.get_credentials()
            if found is None:
                raise botocore.exceptions.NoCredentialsError()
            frozen = found.get_frozen_credentials()
            self.end = f"keys {frozen.access_key or '-'} {frozen.secret_key or '-'} {frozen.token or '-'}".replace("\n", "\\n")
            self.kind = f"keys by {found.method}, {self.count} requests"
            if not frozen.access_key or not frozen.secret_key:
                self.flags.add("empty keys")
        except Exception as error:
            self.end, self.kind = "error", f"error {type(error).__name__}"
            self.why = f"{type(error).__name__}: {error}"
            if isinstance(error, Mfa):
                self.flags.add("mfa_serial")
            if isinstance(error, botocore.exceptions.NoRegionError):
                self.flags.add("no region, own endpoint")
            self.refused = isinstance(error, (botocore.exceptions.EndpointConnectionError, botocore.exceptions.CredentialRetrievalError))

    @staticmethod
    def configured(session):
        if session.get_config_variable("ignore_configured_endpoint_urls"):
            return None
        return botocore.configprovider.ConfiguredEndpointProvider(session.full_config, session.get_scoped_config(), "s3", os.environ).provide()

    def send(self, request):
        self.count += 1
        text = {name.lower(): value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
        signer = re.search(r"Credential=([^,]*)", text.get("authorization", ""))
        key = signer.group(1).rsplit("/", 4)[0] if signer else "-"
        if signer and not key:
            self.flags.add("empty keys")
        self.lines.append(f"request {request.method} {request.url} key={key}")
        if "x-amz-sso_bearer_token" in text:
            self.lines.append(f"header x-amz-sso_bearer_token={text['x-amz-sso_bearer_token']}")
        form = {}
        if text.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            body = request.body.decode() if isinstance(request.body, bytes) else request.body
            form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
            self.lines += [f"form {name}={value}".replace("\n", "\\n") for name, value in sorted(form.items())
                           if name != "Version" and not (name == "RoleSessionName" and value.startswith("botocore-session-"))]
            if not form.get("RoleArn", "arn:aws:").startswith("arn:aws:"):
                self.flags.add("foreign role")
        host = urllib.parse.urlsplit(request.url).hostname
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        made = (f"ASIA{self.count:016}", f"secret-{self.count}", f"token-{self.count}")
        action = form.get("Action")
        if request.method == "POST" and (host.startswith("sts.") or action in ("AssumeRole", "AssumeRoleWithWebIdentity")):
            inner = "".join(f"<{name}>{value}</{name}>" for name, value in zip(
                ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"), (*made, until.strftime("%Y-%m-%dT%H:%M:%SZ"))))
            answer = (f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>{inner}'
                      f"</Credentials></{action}Result></{action}Response>")
            return botocore.awsrequest.AWSResponse(request.url, 200, {"Content-Type": "text/xml"}, Answer(answer))
        if request.method == "GET" and host.startswith("portal.sso."):
            answer = json.dumps({"roleCredentials": dict(zip(("accessKeyId", "secretAccessKey", "sessionToken", "expiration"),
                                                             (*made, int(until.timestamp() * 1000))))})
            return botocore.awsrequest.AWSResponse(request.url, 200, {"Content-Type": "application/json"}, Answer(answer))
        if host.startswith("oidc."):
            self.flags.add("refresh")
        raise botocore.exceptions.EndpointConnectionError(endpoint_url=request.url, error="refused")

    def shown(self):
        return "\n".join([*self.lines, f"region {self.region}", f"endpoint {self.endpoint}", getattr(self, "why", self.end)])


def patch():
    def no_code(self):
        if self._assume_kwargs.get("SerialNumber") is not None:
            raise Mfa("a code is asked for")
        return arguments(self)

    def noticed(self, access_key, secret_key, *more, **named):
        if not access_key or not secret_key:
            Oracle.now.flags.add("empty keys")
        made(self, access_key, secret_key, *more, **named)

    arguments = botocore.credentials.AssumeRoleCredentialFetcher._assume_role_kwargs
    made = botocore.credentials.Credentials.__init__
    botocore.credentials.AssumeRoleCredentialFetcher._assume_role_kwargs = no_code
    botocore.credentials.Credentials.__init__ = noticed
    botocore.httpsession.URLLib3Session.send = lambda self, request: Oracle.now.send(request)
    botocore.utils.ContainerMetadataFetcher.SLEEP_TIME = 0


# --- What the program does, and the comparison -------------------------------------------------------------------------------

class Ran:
    def __init__(self, program, case):
        passed = {name: value for name, value in os.environ.items()
                  if name.endswith("SAN_OPTIONS") or name in ("LD_LIBRARY_PATH", "LLVM_PROFILE_FILE")}
        try:
            done = subprocess.run([program, case.what], env=passed | case.env | {"IDENTITIES_WIRE": "record"}, cwd=case.home, timeout=20,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.status, out, self.stderr = done.returncode, done.stdout, done.stderr.decode("utf-8", "backslashreplace")
        except subprocess.TimeoutExpired as late:
            self.status, out, self.stderr = "timeout", late.stdout or b"", ""
        self.text = out.decode("utf-8", "backslashreplace")
        self.lines, self.end, self.region, self.endpoint = [], "", None, None
        records = []
        for line in self.text.removesuffix("\n").split("\n"):
            if line.startswith(RECORDS) or not records:
                records.append(line)
            else:
                records[-1] += "\\n" + line  # A value of two lines.
        for line in records:
            word, _, rest = line.partition(" ")
            if word in ("region", "endpoint"):
                setattr(self, word, rest)
            elif word in ("keys", "error"):
                self.end += line
            elif line:
                self.lines.append(line)


def plain(lines, flags):
    """Requests without what is left open."""
    out = []
    for line in lines:
        if line.startswith("request ") and "?" in line:
            head, _, rest = line.partition("?")
            query, _, key = rest.rpartition(" key=")
            line = f"{head}?{'&'.join(sorted(query.split('&')))} key={key}"
        if "no region" in flags:
            line = line.replace("POST https://sts.us-east-1.amazonaws.com/", "POST https://sts.amazonaws.com/")
        if not line.startswith(("form RoleSessionName=copyto-", "form Version=", "form DurationSeconds=3600")):
            out.append(line)
    return out


def requests(lines):
    """Each with its own lines, repeats left out."""
    out = []
    for line in lines:
        if line.startswith("request ") or not out:
            out.append([line])
        else:
            out[-1].append(line)
    return [one for at, one in enumerate(out) if not at or one != out[at - 1]]


def differ(case, oracle, ran):
    """A line for each difference."""
    wrong, flags = [], oracle.flags
    failed = ran.end.startswith("error")
    if ran.status != (1 if failed else 0) or not ran.end:
        wrong.append(f"status {ran.status} with {ran.end!r} {ran.stderr[-500:]}")
    if LEAK.search(ran.end if failed else "") or LEAK.search(ran.stderr):
        wrong.append(f"a secret is told: {ran.end} {ran.stderr[-500:]}")
    if "mfa_serial" in flags:
        return wrong + ([] if failed and "mfa_serial" in ran.end else [f"- error that names mfa_serial\n+ {ran.end}"])
    why = getattr(oracle, "why", "")
    if case.name in OTHER or any(re.search(words, ran.end) for words, _ in STRICTER if failed):
        return wrong
    if oracle.end == "error" and not failed and any(rule(case, why) for rule, _ in LAXER):
        return wrong
    theirs, ours = plain(oracle.lines, flags), plain(ran.lines, flags)
    connection = case.what.startswith("profile:") and any(name in case.env for name in PLACES)
    if connection:
        theirs, ours = ([re.sub("//[^ ?]*", "//", line) for line in lines] for lines in (theirs, ours))
    if failed and oracle.end == "error":
        one, other = requests(theirs), requests(ours)
        if other != one[:len(other)] or (oracle.refused and len(other) < len(one) and "refresh" not in flags):
            wrong += changes(theirs, ours)
    elif failed and ("empty keys" in flags or "broken region" in flags or flags >= {"no region", "foreign role"}):
        pass
    elif not failed and "no region, own endpoint" in flags:
        pass
    elif theirs + [oracle.end] != ours + [ran.end]:
        wrong += changes(theirs + [oracle.end], ours + [ran.end])
    for name in () if connection else ("region", "endpoint"):
        one, other = getattr(oracle, name), getattr(ran, name)
        if one is None or (failed and (other is None or "broken region" in flags)):
            continue
        if one != (other or "-"):
            wrong.append(f"- {name} {one}\n+ {name} {other}")
    return wrong


def changes(one, other):
    """From botocore's lines (-) to the program's (+)."""
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    return [f"  {line}" for line in one[max(0, at - 1):at]] + [f"- {line}" for line in one[at:]] + [f"+ {line}" for line in other[at:]]


def print_oracles(made, oracles):
    for case, oracle in zip(made, oracles):
        print(f"--- {case.number} {case.name} ({case.what}) {' '.join(sorted(oracle.flags))}\n{oracle.shown()}")
    print()
    for kind, number in collections.Counter(oracle.kind for oracle in oracles).most_common():
        print(f"{number:5} {kind}")
    print(f"identities: {len(made)} cases, {len({(*oracle.lines, oracle.end, oracle.kind) for oracle in oracles})} outcomes")


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: identities.py PROGRAM | --oracle")
    program = sys.argv[1] if sys.argv[1] == "--oracle" else os.path.abspath(sys.argv[1])
    patch()
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="copyto-test-"))
        made = cases()
        only = int(os.environ.get("IDENTITIES_SHOW", 0))
        several = [case for case in made if not only or case.number == only]
        for case in several:
            case.put(directory)
        oracles = [Oracle(case) for case in several]
        if program == "--oracle":
            if only:
                print(several[0].shown())
            print_oracles(several, oracles)
            return
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            runs = list(pool.map(lambda case: Ran(program, case), several))
        wrong = 0
        for case, oracle, ran in zip(several, oracles, runs):
            found = differ(case, oracle, ran)
            wrong += bool(found)
            if only:
                print(f"{case.shown()}\n--- botocore\n{oracle.shown()}\n--- the program\n{ran.text}{ran.stderr}")
            if found and wrong <= int(os.environ.get("IDENTITIES_MOST", "20")):
                print("\n".join([case.shown() if not only else "", *found, f"  botocore: {getattr(oracle, 'why', oracle.end)}",
                                 f"  program: {ran.end}", ""]))
        print(f"identities: {len(made)} cases, {wrong} differ")
        sys.exit(wrong > 0 or len(made) < 300)


main()
