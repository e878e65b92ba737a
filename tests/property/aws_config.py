# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Odd AWS configuration files mean to us what they mean to botocore: a corpus, and random files made of its pieces."""
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import botocore.configloader  # noqa: E402
import botocore.exceptions  # noqa: E402

import tool  # noqa: E402

CORPUS = (
    "",
    "\n\n# nothing\n",
    "[default]\nregion = eu-west-1\n",
    "[default]\nregion = a\n[profile default]\nregion = b\n",
    "[profile default]\nregion = b\n[default]\nregion = a\n",
    "[profile 'a']\nregion = b\n[profile \"a\"]\nregion = a\n",
    # D16: names of profiles in quotes
    '[profile "my lake"]\naws_access_key_id = A\n',
    "[profile 'my lake']\naws_access_key_id = A\n",
    "[profile my\\ lake]\naws_access_key_id = A\n",
    '[profile my" lake"]\naws_access_key_id = A\n',
    '[profile   "a  b"  ]\nregion = x\n',
    '[profile\t"tab"]\nregion = x\n',
    '[profile "a \\"b\\" c"]\nregion = x\n',
    '[profile "\\a"]\nregion = x\n',
    "[profile 'a\\b']\nregion = x\n",
    '[profile ""]\nregion = x\n',
    '[profile "open]\nregion = x\n',
    "[profile two words]\nregion = x\n",
    "[profile]\nregion = x\n",
    "[profilex y]\nregion = x\n",
    "[profile-x y]\nregion = x\n",
    "[profile a]b]\nregion = x\n",
    "[profile a] # comment\nregion = x\n",
    "[my lake]\nregion = x\n",
    "[]\nregion = x\n",
    "[open\nregion = x\n",
    # settings
    "[default]\nREGION = Eu\nAws_Access_Key_ID: AKIA\nrole_arn=arn:aws:iam::1:role/x\n",
    "[default]\nregion =\n",
    "[default]\n= x\n",
    "[default]\nregion\n",
    "[default]\nregion = a # not a comment\nx = b ; nor this\n#c = d\n; e = f\n  # g\n",
    "[default]\nregion = a\nregion = b\n",
    "[default]\nregion = a\n[default]\nx = b\n",
    "region = a\n",
    "# c\n  [default]\n  region = a\n  x = b\n",
    "[default]\n\tregion = a\n\t\tmore\n",
    "[default]\ns3 =\n  addressing_style = path\n  max_concurrent_requests = 20\nregion = a\n",
    "[default]\ns3 =\n\n  a = b\n\nregion = a\n",
    "[default]\nregion = a\n  b\n  # not this\n  c\n\nx = y\n",
    "[default]\nregion = a\n [x]\n",
    "[default]\r\nregion = a\r\nx = b\r\n",
    "[default]\rregion = a\r",
    "[default]\nsecret = a=b:c;d#e\n",
    "[default]\nx = \u00e4\u20ac\n",
    "[DEFAULT]\nregion = all\nx = 1\n[default]\nx = 2\n[profile p]\ny = 3\n",
    "[services a]\ns3 =\n  endpoint_url = http://x\n[sso-session b]\nsso_region = r\n[preview]\nx = y\n",
    "[default]\nsource_profile = default\n",
    "[default]\n  \nregion = a\n\f\n",
)
SECTIONS = ("[default]", "[profile a]", '[profile "b c"]', "[c]", "[DEFAULT]", "  [indented]", "[profile a]x", "[a]b]")
SETTINGS = ("region = x", "REGION: y", "s3 =", "  deep = 1", "    deeper", "\tx = 2", "# c", "  ; d", "", "   ", "k=v=w",
            "q = 'a b'", "e =", "\f", "u = \u00e4")
WRONG = ("no delimiter", " = x", "[open", "]", "[]")


def random_text(maker):
    lines = [maker.choice(SECTIONS)] if maker.random() < 0.9 else []
    for _ in range(maker.randrange(0, 10)):
        kind = maker.random()
        lines.append(maker.choice(SETTINGS if kind < 0.8 else SECTIONS if kind < 0.98 else WRONG))
    return maker.choice(("\n", "\n", "\r\n", "\r")).join(lines)


def meaning(path):
    """What botocore reads: raw sections with their text, and profiles; None where it refuses the file."""
    try:
        botocore.configloader.raw_config_parse(path)  # refuses values that begin on the next line and are no settings
        raw = botocore.configloader.raw_config_parse(path, parse_subsections=False)
        return raw, botocore.configloader.build_profile_map(raw)["profiles"]
    except botocore.exceptions.ConfigParseError:
        return None


def hexadecimal(settings):
    pairs = sorted((k.encode(), v.encode()) for k, v in settings.items())
    return " ".join(["some", *(f"{k.hex()}={v.hex()}" for k, v in pairs)])


def main():
    checks = tool.Checks("aws_config")
    maker = random.Random(20261129)
    texts = [*CORPUS, *(random_text(maker) for _ in range(20000 if tool.full_tier() else 2000))]
    with tool.scratch() as directory:
        asked = []
        for number, text in enumerate(texts):
            path = os.path.join(directory, str(number))
            with open(path, "w", newline="", encoding="utf-8") as file:
                file.write(text)
            read = meaning(path)
            checks.saw("refused" if read is None else "read")
            sections, profiles = read or ({}, {})
            for kind, found in (("section", sections), ("profile", profiles)):
                for name in {*found, "default", "a", "b c", "my lake", "none"}:
                    wanted = "error" if read is None else hexadecimal(found[name]) if name in found else "none"
                    asked.append((f"{path}\t{kind}\t{name}", wanted, text))
        done = subprocess.run([tool.helper("property_aws_config")], input="".join(a + "\n" for a, _, _ in asked), text=True,
                              stdout=subprocess.PIPE, check=True, encoding="utf-8")
    answers = done.stdout.splitlines()
    checks.expect(len(answers) == len(asked), "an answer is missing")
    for (question, wanted, text), answer in zip(asked, answers):
        checks.positions += 1
        checks.expect(answer == wanted, f"{question.partition(chr(9))[2]} of {text!r}", f"{answer} instead of {wanted}")
    checks.must_have_seen("refused", "read")
    checks.finish()


main()
