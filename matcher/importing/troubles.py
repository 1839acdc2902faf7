"""Everything an import can say about a cell or a row: what is refused and what to do, and which translations are named."""

from enum import StrEnum


class Trouble(StrEnum):
    """Why a cell, a row or an element of a list was not carried over."""

    AMBIGUOUS_LIST = "AMBIGUOUS_LIST"
    AMBIGUOUS_NUMBER = "AMBIGUOUS_NUMBER"
    BAD_LIST = "BAD_LIST"
    BAD_POSTCODE = "BAD_POSTCODE"
    BAD_TEXT = "BAD_TEXT"
    BROKEN_QUOTE = "BROKEN_QUOTE"
    CONTRADICTION = "CONTRADICTION"
    DANGLING_REFERENCE = "DANGLING_REFERENCE"
    DATE_ORDER_UNCLEAR = "DATE_ORDER_UNCLEAR"
    DUPLICATE_ID = "DUPLICATE_ID"
    EXCEL_ERROR = "EXCEL_ERROR"
    FLOAT_ID = "FLOAT_ID"
    FORMULA = "FORMULA"
    FORMULA_WITHOUT_RESULT = "FORMULA_WITHOUT_RESULT"
    LOOKS_LIKE_FRACTION = "LOOKS_LIKE_FRACTION"
    MISSING_VALUE = "MISSING_VALUE"
    NO_LEVEL = "NO_LEVEL"
    NOT_A_DATE = "NOT_A_DATE"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    NOT_FINITE = "NOT_FINITE"
    NOT_HOURLY = "NOT_HOURLY"
    NOT_INTEGER = "NOT_INTEGER"
    NOT_YES_NO = "NOT_YES_NO"
    NUMBER_AS_ID = "NUMBER_AS_ID"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    SCIENTIFIC = "SCIENTIFIC"
    TOO_FEW_CELLS = "TOO_FEW_CELLS"
    TOO_LONG = "TOO_LONG"
    TOO_MANY_CELLS = "TOO_MANY_CELLS"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    WRONG_TYPE = "WRONG_TYPE"
    WRONG_UNIT = "WRONG_UNIT"


ADVICE = {
    Trouble.AMBIGUOUS_LIST: 'Separate the elements with ; or |, or write [lists] separator = "," in import.toml.',
    Trouble.AMBIGUOUS_NUMBER: "Could be a decimal or thousands. Write it without thousands separators and with other than "
    'three decimals, or say [numbers] decimal = "," (or ".") in import.toml.',
    Trouble.BAD_LIST: "Write the elements separated by ; or |.",
    Trouble.BAD_POSTCODE: "Write a Dutch postcode: 7511 or 7511 AB. None begins with 0: take off a leading zero (07511 is 7511).",
    Trouble.BAD_TEXT: "Holds signs that are no text. Save the file again as UTF-8.",
    Trouble.BROKEN_QUOTE: "A quotation mark seems to run over several rows. Save the file again as CSV.",
    Trouble.CONTRADICTION: "Two columns say different things about this. Correct one of them.",
    Trouble.DANGLING_REFERENCE: "Its id has no row in the table, or that row was refused. Correct the id.",
    Trouble.DATE_ORDER_UNCLEAR: "Other cells of this column have the month first. Write dates as 2026-11-21.",
    Trouble.DUPLICATE_ID: "Keep one row for this id; all of them are refused.",
    Trouble.EXCEL_ERROR: "The cell holds an Excel error. Mend the formula, or empty the cell.",
    Trouble.FLOAT_ID: "An id with decimals was read as a number somewhere. Export it as text.",
    Trouble.FORMULA: "Formulas are not taken over. Replace it by its result.",
    Trouble.FORMULA_WITHOUT_RESULT: "The formula was never calculated. Open and save the workbook in Excel.",
    Trouble.LOOKS_LIKE_FRACTION: "All values are at most 1, but the column counts in percent (0-100). Check the unit.",
    Trouble.MISSING_VALUE: "Fill this in: a row cannot be used without it.",
    Trouble.NO_LEVEL: "Write a level, which counts for Dutch (B1), or languages with their levels (nld:B1; eng:A2).",
    Trouble.NOT_A_DATE: "Write the date as 2026-11-21 or 21-11-2026.",
    Trouble.NOT_A_NUMBER: "Write a number without words or units.",
    Trouble.NOT_FINITE: "Write a finite number, or empty the cell.",
    Trouble.NOT_HOURLY: "Looks like pay for a month or a year. Write euros an hour, or say skip for this column in import.toml.",
    Trouble.NOT_INTEGER: "Write a whole number.",
    Trouble.NOT_YES_NO: "Write ja or nee.",
    Trouble.NUMBER_AS_ID: "An id stands there as a number that has lost digits, or is none. Format the column as text.",
    Trouble.OUT_OF_RANGE: "Outside the range of this column; see matcher schema.",
    Trouble.SCIENTIFIC: "Excel has shortened this number. Format the column as text or number and export again.",
    Trouble.TOO_FEW_CELLS: "The row has fewer cells than the header. Look for a line break inside a cell.",
    Trouble.TOO_LONG: "A text is longer than 10,000 signs. Shorten it.",
    Trouble.TOO_MANY_CELLS: "The row has more cells than the header. Put quotes around cells that hold the separator.",
    Trouble.UNKNOWN_CODE: "Use a word of matcher schema, or translate yours under [values] in import.toml.",
    Trouble.WRONG_TYPE: "A value of this type does not fit the column. Format the cells as the column's kind.",
    Trouble.WRONG_UNIT: "A percent sign does not fit this column. Write the plain number.",
}

REFUSES_ROW = frozenset(
    {
        Trouble.NOT_FINITE,
        Trouble.NOT_INTEGER,
        Trouble.OUT_OF_RANGE,
        Trouble.TOO_LONG,
        Trouble.UNKNOWN_CODE,
        Trouble.MISSING_VALUE,
    }
)
"""What the contract lets strike a whole row, in whatever column."""


class RefusedError(Exception):
    """A cell cannot be read. The text is the code and never holds the cell."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Step(StrEnum):
    """A translation that the report names, because something was read into a cell, or left out of it."""

    UNKNOWN_WORD = "UNKNOWN_WORD"
    NONE_WORD = "NONE_WORD"
    TRANSLATED_CODE = "TRANSLATED_CODE"
    OWN_VALUE = "OWN_VALUE"
    POSTCODE_TO_4 = "POSTCODE_TO_4"
    NUMBER_TO_ID = "NUMBER_TO_ID"
    NUMBER_TO_TEXT = "NUMBER_TO_TEXT"
    EXCEL_TEXT = "EXCEL_TEXT"
    SHOWN_ZEROS = "SHOWN_ZEROS"
    FORMULA_RESULT = "FORMULA_RESULT"
    PERCENT = "PERCENT"
    THOUSANDS = "THOUSANDS"
    CURRENCY = "CURRENCY"
    TIME_DROPPED = "TIME_DROPPED"
    SPLIT_ON_COMMA = "SPLIT_ON_COMMA"
    SPLIT_ON_LINES = "SPLIT_ON_LINES"
    LANGUAGE_NAME = "LANGUAGE_NAME"
    LEVEL_VUM = "LEVEL_VUM"
    LEVEL_WORD = "LEVEL_WORD"
    LEVEL_OF_DUTCH = "LEVEL_OF_DUTCH"
    ORAL_LEVEL = "ORAL_LEVEL"
    EDUCATION_WORD = "EDUCATION_WORD"
    SCHOOL_LEVEL = "SCHOOL_LEVEL"
    SCHOOLING = "SCHOOLING"
    REGIOSTRAAL = "REGIOSTRAAL"
    NOT_NEEDED = "NOT_NEEDED"
    INDICATION = "INDICATION"
    IRREGULAR = "IRREGULAR"
    OFFICE_HOURS = "OFFICE_HOURS"
    MOTOR = "MOTOR"
    TRANSPORT_OTHER = "TRANSPORT_OTHER"
    TRANSPORT_NOT_TO_WORK = "TRANSPORT_NOT_TO_WORK"
    CONTRACT_VUM = "CONTRACT_VUM"
    CONTRACT_SEVERAL = "CONTRACT_SEVERAL"
    UITZENDBEDING = "UITZENDBEDING"
    OVEREENKOMST = "OVEREENKOMST"
    END_TO_WEEKS = "END_TO_WEEKS"
    VETO = "VETO"
    BRC = "BRC"
    BEHAVIOUR = "BEHAVIOUR"
    COURSES = "COURSES"
    EMPLOYER_ADDRESS = "EMPLOYER_ADDRESS"
    KVK = "KVK"
    ONE_OPENING = "ONE_OPENING"
    WITHOUT_ROWS = "WITHOUT_ROWS"
    ENCODING_GUESSED = "ENCODING_GUESSED"


STEP_TEXT = {
    Step.UNKNOWN_WORD: "words such as onbekend, n.v.t., - and ? were read as unknown",
    Step.NONE_WORD: "the word geen was read as an empty list: known to be none",
    Step.TRANSLATED_CODE: "words were translated to codes of the contract",
    Step.OWN_VALUE: "words were translated as [values] of the mapping says",
    Step.POSTCODE_TO_4: "postcodes were cut to their four digits",
    Step.NUMBER_TO_ID: "ids stood there as numbers: zeros in front, if there were any, are lost since Excel read them",
    Step.NUMBER_TO_TEXT: "codes stood there as numbers: zeros in front, if there were any, are lost",
    Step.SHOWN_ZEROS: "numbers were read with the zeros in front that the workbook shows",
    Step.EXCEL_TEXT: '="..." was read as the text between the quotes',
    Step.FORMULA_RESULT: "formulas: the result that Excel last saved was taken",
    Step.PERCENT: "percentages were brought to the unit of the column",
    Step.THOUSANDS: "thousands separators were left out",
    Step.CURRENCY: "euro signs were left out",
    Step.TIME_DROPPED: "dates had a time of day, which was left out",
    Step.SPLIT_ON_COMMA: "lists were split on commas",
    Step.SPLIT_ON_LINES: "lists were split on line breaks",
    Step.LANGUAGE_NAME: "names of languages were translated to ISO 639-3",
    Step.LEVEL_VUM: "VUM language levels: geen is A0, redelijk A2, goed B1, uitstekend C1",
    Step.LEVEL_WORD: "language levels in words: 1F is A2, 2F and NT2 I are B1, NT2 II is B2, moedertaal is C2",
    Step.LEVEL_OF_DUTCH: "a language level without a language was read as one of Dutch",
    Step.ORAL_LEVEL: "of the four VUM levels of a language the oral one counts, else listening, reading, writing",
    Step.EDUCATION_WORD: "education in words: basisonderwijs 2, vmbo 3, havo, vwo and mbo 4, hbo 5, wo 6",
    Step.SCHOOL_LEVEL: "VUM niveauOpleiding was brought to werk- en denkniveau: 1 is 2, 2 is 3, 3 and 4 are 4",
    Step.SCHOOLING: "the level was taken from the schooling: finished ones of people, the lowest asked of vacancies",
    Step.REGIOSTRAAL: "the VUM regiostraal was read as a limit in road kilometres",
    Step.NOT_NEEDED: "was not used in rows where a better column is filled",
    Step.INDICATION: "VUM indications: 0 is unknown, 1 yes, 2 no",
    Step.IRREGULAR: "no irregular work means day shifts; a yes does not say which shifts: unknown",
    Step.OFFICE_HOURS: "only office hours means day shifts; a no does not say which shifts: unknown",
    Step.MOTOR: "a motorcycle was read as car: it travels as fast",
    Step.TRANSPORT_OTHER: "other means of transport were left out",
    Step.TRANSPORT_NOT_TO_WORK: "means of transport that cannot be used to get to work were left out",
    Step.CONTRACT_VUM: "VUM contract forms were translated; VUM has no code for temporary agency work",
    Step.CONTRACT_SEVERAL: "of permanent and temporary the temporary contract was taken: the more careful promise",
    Step.UITZENDBEDING: "the column on the uitzendbeding was read into the contract",
    Step.OVEREENKOMST: "the kind of agreement was read into the contract",
    Step.END_TO_WEEKS: "the expected length was counted from first to last day, in weeks",
    Step.VETO: "a veto was read as eligible = false; no veto as nothing known",
    Step.BRC: "occupation codes of VUM 2 were marked brc:, so that they are not taken for ISCO-08",
    Step.BEHAVIOUR: "behavioural competences were read as skills (of vacancies: optional ones), marked gedragscompetentie:",
    Step.COURSES: "courses count as certificates; of people only those with a certificate",
    Step.EMPLOYER_ADDRESS: "the employer's address was taken as the workplace",
    Step.KVK: "the employer's KvK number became its id, marked kvk:",
    Step.ONE_OPENING: "VUM vacancies have no number of openings: each counts as one",
    Step.WITHOUT_ROWS: "ids without a row in this list are unknown, not known to be none",
    Step.ENCODING_GUESSED: "the text is not UTF-8 and was read as Windows-1252",
}
