"""The practice leaves in every format, comes back whole, and another program's tables come in by a map."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

from icalendar import Calendar

from asking import HOSTILE, Medex


def test_export_and_import_are_a_round_trip(medex: Medex, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert medex("export", "-o", str(out)).returncode == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    other = Medex(tmp_path / "other" / "practice.json")
    assert "nothing was written" in other("import", str(out), "--dry-run").stdout
    assert not other.path.parent.exists()
    assert other("import", str(out)).returncode == 0
    assert other("check").returncode == 0

    def same(text: str) -> list[str]:
        return [line for line in text.splitlines() if '"exported_at"' not in line]

    assert same(other("export").stdout) == same(out.read_text(encoding="utf-8"))
    assert other("overdue").stdout == medex("overdue").stdout
    assert other("import", str(out)).stdout.startswith("saved 0 records of ")


def test_a_faulty_import_names_record_and_field_and_writes_nothing(
    medex: Medex, tmp_path: Path
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(
        '{"format":"medex-practice","version":1,"clients":[{"id":"x","family_name":7}]}',
        encoding="utf-8",
    )
    done = medex("import", str(file))
    assert done.returncode == 2
    assert "clients[0]" in done.stderr
    assert "family_name" in done.stderr
    file.write_text("nonsense", encoding="utf-8")
    assert medex("import", str(file)).returncode == 2
    assert medex("import", str(tmp_path / "missing.json")).returncode == 2


def test_a_table_goes_out_as_csv_without_formulas(medex: Medex) -> None:
    medex("client", "add", "--family-name", "=1+1")
    rows = list(
        csv.DictReader(io.StringIO(medex("export", "--format", "csv", "--table", "clients").stdout))
    )
    assert "'=1+1" in {row["family_name"] for row in rows}
    assert len(list(csv.DictReader(io.StringIO(medex("export", "--format", "csv").stdout)))) > 200


def test_one_clients_chart_leaves_alone_and_is_read_by_another_practice(
    medex: Medex, tmp_path: Path
) -> None:
    out = tmp_path / "chen.json"
    assert medex("export", "--client", "chen", "-o", str(out)).returncode == 0
    text = out.read_text(encoding="utf-8")
    assert "Chen" in text and "Hicks" not in text and "Ramos" not in text
    chart = json.loads(text)
    assert len(chart["clients"]) == 1 and chart["settings"] == []
    assert {p["name"] for p in chart["providers"]} == {"Dr Esther Osei"}
    other = Medex(tmp_path / "other" / "practice.json")
    begun = ["init", "--name", "Other", "--timezone", "Europe/London", "--practitioner", "K. L."]
    assert other(*begun).returncode == 0
    assert other("import", str(out)).returncode == 0
    assert other("check").returncode == 0
    assert other.json("client", "show", "chen") == medex.json("client", "show", "chen")
    refused = other("import", "-", stdin=medex("export").stdout)
    assert refused.returncode == 2 and "one record of settings only" in refused.stderr


def test_visits_and_deadlines_leave_for_a_calendar_without_names(medex: Medex) -> None:
    done = medex("export", "--format", "ics")

    def starts(what: str) -> list[str]:
        """When the events begin whose summary begins so."""
        events = Calendar.from_ical(done.stdout).walk("VEVENT")
        return sorted(
            e["DTSTART"].dt.isoformat() for e in events if str(e["SUMMARY"]).startswith(what)
        )

    planned = [s["planned_at"] for s in medex.exported()["sessions"] if s["state"] == "planned"]
    owed = [o["limit_at"] for o in medex.json("overdue", "--within", "8784")["items"]]
    assert (starts("Visit "), starts("Limit: ")) == (sorted(planned), sorted(owed))
    assert (
        "Hicks" not in done.stdout
        and "Hicks" in medex("export", "--format", "ics", "--names").stdout
    )


def test_charts_and_tables_leave_as_one_file_each_with_stable_names(
    medex: Medex, tmp_path: Path
) -> None:
    assert medex("export", "--format", "csv", "-o", str(tmp_path / "tables")).returncode == 0
    assert {f.name for f in (tmp_path / "tables").iterdir()} >= {
        "clients.csv",
        "sessions.csv",
        "settings.csv",
    }
    charts = tmp_path / "charts"
    assert medex("export", "--format", "markdown", "-o", str(charts)).returncode == 0
    files = sorted(charts.iterdir())
    assert len(files) == len(medex.exported()["clients"])
    assert {stat.S_IMODE(f.stat().st_mode) for f in (*files, charts)} == {0o600, 0o700}
    assert not any("hicks" in f.name.lower() for f in files)
    one = medex("export", "--format", "markdown", "--client", "hicks").stdout
    assert (
        one.startswith("# Chart of Hicks, Jodie")
        and one.count("# Visit note") >= 2
        and "Ramos" not in one
    )
    assert medex("export", "--format", "ics", "--table", "clients").returncode == 2
    assert medex("export", "--client", "nobody").returncode == 2


MAP = """
table = "clients"
dates = "%m/%d/%Y"

[columns]
"Last, name" = "family_name"
First = "given_name"
DOB = "birth_date"
Gender = "sex"
Warnings = "precautions"

[values.sex]
Female = "F"
Male = "M"
"""
ROWS = (
    '\ufeff"Last, name",First,DOB,Gender,Warnings,Locker\r\n'
    "Müller,Ana,3/14/1952,Female,no stairs; no heat,17\r\n"
    "\r\n"
    "'=1+1,\"O'Neil [L]\",12/1/1980,,,\r\n"
)


def test_another_programs_table_comes_in_by_a_map(medex: Medex, tmp_path: Path) -> None:
    by, file = tmp_path / "map.toml", tmp_path / "people.csv"
    by.write_text(MAP, encoding="utf-8")
    file.write_bytes(ROWS.encode())
    dry = medex("import", str(file), "--map", str(by), "--dry-run")
    assert (dry.returncode, "2 records" in dry.stdout) == (0, True), dry.stderr
    assert "Columns not taken: Locker." in dry.stderr
    assert medex("import", str(file), "--map", str(by)).returncode == 0
    shown = medex.json("client", "show", "muller ana")
    assert (shown["birth_date"], shown["sex"]) == ("1952-03-14", "F")
    assert shown["precautions"] == ["no stairs", "no heat"]
    assert "=1+1" in {c["family_name"] for c in medex.exported()["clients"]}


def test_every_fault_of_a_table_is_named_by_row_and_field_and_nothing_is_written(
    medex: Medex, tmp_path: Path
) -> None:
    before = medex.exported()["clients"]
    by, file = tmp_path / "map.toml", tmp_path / "people.csv"
    by.write_text(MAP, encoding="utf-8")
    file.write_text(
        '"Last, name",First,DOB,Gender,Warnings\nA,B,14/3/1952,X,\n,C,1/1/1990,Male,\nD,E,F,G,H,I\n'
    )
    done = medex("import", str(file), "--map", str(by))
    assert done.returncode == 2
    assert [
        line.partition(": ")[0] + ":" + line.split(": ")[1]
        for line in done.stderr.splitlines()[:-1]
    ] == [
        "clients row 2:field birth_date",
        "clients row 3:field family_name",
        "clients row 4:it has 6 cells under 5 headings.",
    ], done.stderr
    by.write_text(
        MAP.replace("family_name", "surname").replace('"clients"', '"clients"'), encoding="utf-8"
    )
    assert (
        "no such field of clients: surname" in medex("import", str(file), "--map", str(by)).stderr
    )
    for words in (
        ["--table", "clients", "--map", str(by)],
        [],
        ["--map", str(tmp_path / "none.toml")],
    ):
        assert medex("import", str(file), *words).returncode == 2
    file.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in medex("import", str(file), "--table", "clients").stderr
    assert medex.exported()["clients"] == before


def test_referrals_name_people_as_they_are_called(medex: Medex, tmp_path: Path) -> None:
    file = tmp_path / "referrals.csv"
    file.write_text(
        "client_id;provider_id;received_at;names_met;visits_authorised;diagnoses\n"
        'Hicks, Jodie;Dr Esther Osei;2026-11-20 14:00;yes;12;"[{""icd10"": ""M54.50"", ""text"": ""back""}]"\n'
        "Ramos, Luis;lee;2026-11-20;no;;\n"
    )
    assert medex("import", str(file), "--table", "referrals").returncode == 0
    kept = {r["received_at"]: r for r in medex.exported()["referrals"]}
    made, other = kept["2026-11-20T19:00:00+00:00"], kept["2026-11-20T05:00:00+00:00"]
    assert (other["provider_id"], other["names_met"], other["visits_authorised"]) == (
        "lee",
        False,
        None,
    )
    assert (made["provider_id"], made["names_met"], made["visits_authorised"]) == ("osei", True, 12)
    assert made["diagnoses"] == [{"icd10": "M54.50", "text": "back"}]


def test_hostile_words_leave_in_every_format_as_words(medex: Medex, tmp_path: Path) -> None:
    fields = f"given name: {HOSTILE}\nfamily name: {HOSTILE},;\\ {'x' * 10_000}\nprecautions: {HOSTILE}\n"
    id = medex("client", "add", "-", stdin=fields).stdout.split()[1]
    assert medex("log", "--client", id, stdin=f"lp 3x10 @40 ; {HOSTILE}\n").returncode == 0
    for form in ("json", "csv", "fhir", "ics", "markdown"):
        done = medex("export", "--format", form, "--client", id)
        assert done.returncode == 0, done.stderr
        assert "\u202e" not in done.stdout or form == "json"
    Calendar.from_ical(medex("export", "--format", "ics", "--names").stdout)


def test_the_page_on_in_and_out_works_as_written(medex: Medex, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
    by, file = tmp_path / "map.toml", tmp_path / "people.csv"
    by.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    file.write_text(
        'Last name,First name,DOB,Sex,Warnings\nDoe,Ann,2/29/1960,Female,"no stairs; no heat"\n'
    )
    assert medex("import", str(file), "--map", str(by), "--dry-run").returncode == 0
    assert medex("import", str(file), "--map", str(by)).returncode == 0
    lines = [
        line for block in page.split("```sh\n")[1:] for line in block.split("```")[0].splitlines()
    ]
    exports = [
        line.partition("#")[0].split()[1:] for line in lines if line.startswith("medex export")
    ]
    assert len(exports) == 7
    for words in exports:
        here = [
            str(tmp_path / word) if "-o" in words[n - 1 : n] else word
            for n, word in enumerate(words)
        ]
        assert medex(*here).returncode == 0, here
