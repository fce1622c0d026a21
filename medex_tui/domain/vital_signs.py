"""Registry of vital signs: one row a field of `Vitals`, read by entry, screens, notes and exports.

To add one: a field in `records/visits.py` and a row here; `safety/rules.py` where a rule compares it.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from medex_tui.domain.quantities import DOSE_RANGES, QuantityRange


class VitalSign(Struct, frozen=True, kw_only=True):
    """One vital sign.

    `field`: name in `Vitals`. `range`: name in sentences, canonical unit, possible and likely values.
    `label`: name in the preview of a line. `short`: name on screens, with `shown_unit` behind the value.
    `heading`: column of a visit note. `key`: first letter in the session line, empty for pressures.
    `units`: units that can be typed -> unit meant (empty: decided by value or settings).
    `export_name`, `loinc`, `export_unit`, `ucum`: FHIR Observation. `export_order`: place among the
    Observations of one set; their ids depend on it.
    """

    field: str
    range: QuantityRange
    label: str
    short: str = ""
    shown_unit: str = ""
    heading: str = ""
    key: str = ""
    units: Mapping[str, str] = {}
    export_name: str = ""
    loinc: tuple[str, ...] = ()
    export_unit: str = ""
    ucum: str = ""
    export_order: int = 0

    def shown(self, number: str) -> str:
        """A value on screens: `SpO2 97 %`."""
        return f"{self.short} {number} {self.shown_unit}".rstrip()


VITAL_SIGNS: Mapping[str, VitalSign] = {
    sign.field: sign
    for sign in (
        VitalSign(
            field="sbp",
            range=QuantityRange("systolic pressure", "mmHg", 50, 280, 80, 220, whole=True),
            label="BP", export_name="Systolic blood pressure", loinc=("8480-6",),
        ),
        VitalSign(
            field="dbp",
            range=QuantityRange("diastolic pressure", "mmHg", 30, 180, 40, 120, whole=True),
            label="BP", export_name="Diastolic blood pressure", loinc=("8462-4",),
        ),
        VitalSign(
            field="sbp_standing",
            range=QuantityRange("standing systolic pressure", "mmHg", 50, 280, 70, 220, whole=True),
            label="standing BP", export_name="Systolic blood pressure, standing",
            loinc=("8460-8",),
        ),
        VitalSign(
            field="dbp_standing",
            range=QuantityRange(
                "standing diastolic pressure", "mmHg", 30, 180, 40, 120, whole=True
            ),
            label="standing BP", export_name="Diastolic blood pressure, standing",
            loinc=("8454-1",),
        ),
        VitalSign(
            field="hr", range=QuantityRange("heart rate", "bpm", 30, 220, 40, 170, whole=True),
            label="HR", short="HR", heading="HR bpm", key="hr",
            units={"": "bpm", "bpm": "bpm"},
            export_name="Heart rate", loinc=("8867-4",), export_unit="beats/minute", ucum="/min",
            export_order=1,
        ),
        VitalSign(
            field="spo2", range=QuantityRange("SpO2", "%", 50, 100, 85, 100, whole=True),
            label="SpO2", short="SpO2", shown_unit="%", heading="SpO2 %", key="o",
            units={"": "%", "%": "%"},
            export_name="Oxygen saturation by pulse oximetry", loinc=("2708-6", "59408-5"),
            export_unit="%", ucum="%", export_order=2,
        ),
        VitalSign(
            field="glucose", range=QuantityRange("glucose", "mg/dL", 20, 600, 54, 400),
            label="glucose", short="glucose", shown_unit="mg/dL", heading="Glucose mg/dL", key="g",
            units={
                "": "", "mg": "mg/dL", "mg/dl": "mg/dL", "mmol": "mmol/L", "mmol/l": "mmol/L",
            },
            export_name="Glucose by glucometer", loinc=("41653-7",), export_unit="mg/dL",
            ucum="mg/dL", export_order=5,
        ),
        VitalSign(
            field="ketones_mmol", range=QuantityRange("blood ketones", "mmol/L", 0, 20, 0, 3),
            label="ketones", short="ketones", shown_unit="mmol/L", heading="Ketones mmol/L",
            key="k", units={"": "mmol/L", "mmol": "mmol/L", "mmol/l": "mmol/L"},
            export_name="Ketones in blood", export_unit="mmol/L", ucum="mmol/L", export_order=6,
        ),
        VitalSign(
            field="temp_c", range=QuantityRange("temperature", "degC", 33, 43, 35, 39.5),
            label="temperature", short="temp", shown_unit="C", heading="Temp C", key="t",
            units={"": "", "c": "C", "f": "F", "°c": "C", "°f": "F"},
            export_name="Body temperature", loinc=("8310-5",), export_unit="C", ucum="Cel",
            export_order=3,
        ),
        VitalSign(
            field="weight_kg", range=QuantityRange("weight", "kg", 20, 400, 35, 220),
            label="weight", short="weight", shown_unit="kg", heading="Weight kg", key="w",
            units={"": "", "kg": "kg", "lb": "lb", "lbs": "lb"},
            export_name="Body weight", loinc=("29463-7",), export_unit="kg", ucum="kg",
            export_order=4,
        ),
        VitalSign(
            field="pain", range=QuantityRange("pain", "", 0, 10, 0, 10),
            label="pain", short="pain", heading="Pain /10", key="p",
            units={"": "", "/10": ""},
            export_name="Pain severity, 0 to 10", loinc=("72514-3",), export_unit="of 10",
            ucum="{score}", export_order=7,
        ),
        VitalSign(
            field="rpe", range=QuantityRange("RPE", "", 0, 20, 0, 20),
            label="RPE", short="RPE", heading="RPE", key="r",
            units={"": "", "/10": "", "/20": ""},
            export_name="Rating of perceived exertion", ucum="{score}", export_order=8,
        ),
    )
}  # fmt: skip
"""Field of `Vitals` -> vital sign, in the order screens and notes show them."""

SINGLE = tuple(sign for sign in VITAL_SIGNS.values() if sign.key)
"""Vital signs of one number, without the pressures."""

EXPORTED = tuple(sorted(SINGLE, key=lambda sign: sign.export_order))
"""The same in the order of an export."""

RANGES: Mapping[str, QuantityRange] = {
    **{field: sign.range for field, sign in VITAL_SIGNS.items()},
    **DOSE_RANGES,
}
"""Possible and likely values of every vital sign and training dose, by field."""
