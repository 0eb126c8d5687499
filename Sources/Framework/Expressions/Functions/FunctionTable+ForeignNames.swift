extension FunctionTable {
    /// What functions of SQL, VRL, Bloblang, Miller, jq, Polars and spreadsheets are called here, for messages; where
    /// there is no function of that kind, what to write instead.
    package static let foreignNames: [String: String] = [
        // Null and choice.
        "ifnull": "coalesce", "nvl": "coalesce", "isnull": "write x is null, or coalesce(x, 0)", "or": "coalesce",
        "fill_null": "coalesce", "nullif": "null_if", "greatest": "max_of", "least": "min_of", "max": "max_of",
        "min": "min_of", "try_cast": "write try(integer(x))", "catch": "try", "iif": "write if … then … else …",
        "iff": "write if … then … else …", "if": "write if … then … else …", "case": "write if … then … else …",
        "is_null": "write x is null", "is_not_null": "write x is not null", "is_present": "write x is not null",
        "exists": "write x is not null", "not": "write not x", "between_and": "write x in 1..10",
        "is_in": "write x in [1, 2]", "includes": "write x in [1, 2]",

        // Conversion.
        "cast": "write integer(x), real(x), text(x) and the like", "to_string": "text", "tostring": "text",
        "string": "text", "str": "text", "to_char": "format_time", "varchar": "text", "to_text": "text",
        "int": "integer", "to_int": "integer", "toint": "integer", "to_integer": "integer", "bigint": "integer",
        "float": "real", "to_float": "real", "double": "real", "to_real": "real", "tonumber": "real",
        "to_number": "number", "numeric": "decimal", "to_decimal": "decimal", "bool": "boolean", "to_bool": "boolean",
        "to_boolean": "boolean", "parse_int": "integer", "parse_float": "real",

        // Text.
        "toupper": "upper", "uppercase": "upper", "upcase": "upper", "ucase": "upper", "to_uppercase": "upper",
        "tolower": "lower", "lowercase": "lower", "downcase": "lower", "lcase": "lower", "to_lowercase": "lower",
        "initcap": "title_case", "proper": "title_case", "titlecase": "title_case", "to_titlecase": "title_case",
        "strip": "trim", "btrim": "trim", "strip_chars": "trim", "ltrim": "trim_start", "lstrip": "trim_start",
        "trimstart": "trim_start", "rtrim": "trim_end", "rstrip": "trim_end", "trimend": "trim_end",
        "strip_whitespace": "trim", "clean_whitespace": "collapse_spaces", "collapse_whitespace": "collapse_spaces",
        "len": "length", "strlen": "length", "char_length": "length", "character_length": "length",
        "len_chars": "length", "len_bytes": "bytes", "octet_length": "bytes", "substr": "slice",
        "substring": "slice", "mid": "slice", "sub_string": "slice", "head": "left", "tail": "right",
        "split_part": "part", "splitax": "part", "split": "part", "index": "position", "strpos": "position",
        "instr": "position", "locate": "position", "charindex": "position", "find": "position",
        "index_of": "position", "indexof": "position", "replace_all": "replace", "ssub": "replace",
        "str_replace": "replace", "trim_prefix": "remove_prefix", "strip_prefix": "remove_prefix",
        "trim_suffix": "remove_suffix", "strip_suffix": "remove_suffix", "lpad": "pad_start",
        "leftpad": "pad_start", "pad_left": "pad_start", "zfill": "pad_start", "rpad": "pad_end",
        "rightpad": "pad_end", "pad_right": "pad_end", "concat": "write a + b, or join_text(\"\", a, b)",
        "concat_ws": "join_text", "textjoin": "join_text", "joinv": "join_text", "join": "join_text",
        "contains": "write x contains \"…\"", "starts_with": "write x starts with \"…\"",
        "startswith": "write x starts with \"…\"", "has_prefix": "write x starts with \"…\"",
        "ends_with": "write x ends with \"…\"", "endswith": "write x ends with \"…\"",
        "has_suffix": "write x ends with \"…\"", "is_empty": "is_blank", "isempty": "is_blank",
        "unaccent": "ascii", "remove_accents": "ascii", "unidecode": "ascii", "format_values": "format_number",

        // Patterns.
        "match": "matches", "regexp_matches": "matches", "regexp_like": "matches", "re_match": "matches",
        "like": "write x matches \"^…$\", or x starts with \"…\"", "ilike": "write x matches \"(?i)…\"",
        "parse_regex": "extract", "regexp_extract": "extract", "regexp_substr": "extract", "regextract": "extract",
        "re_find": "extract", "str_extract": "extract", "regexp_replace": "replace_matches",
        "re_replace": "replace_matches", "re_replace_all": "replace_matches", "gsub": "replace_matches",
        "sub": "replace_matches", "regex_replace": "replace_matches", "regexp_count": "count_matches",

        // Numbers.
        "absolute": "abs", "sgn": "sign", "signum": "sign", "ceil": "ceiling", "trunc": "truncate", "int_div": "div",
        "floordiv": "div", "modulo": "mod", "rem": "mod", "pow": "power", "exp": "power", "sqrt": "square_root",
        "ln": "logarithm", "log": "logarithm", "log10": "logarithm", "log2": "logarithm", "roundm": "round",
        "round_half_even": "round_even", "banker_round": "round_even", "fmtnum": "format_number",
        "format": "format_number", "to_hex": "hex", "hexfmt": "hex", "unhex": "from_hex",

        // Times.
        "now_utc": "now", "current_timestamp": "now", "getdate": "now", "systime": "now", "timestamp_unix": "now",
        "current_date": "today", "curdate": "today", "to_date": "date", "parse_date": "date", "str_to_date": "date",
        "timestamp": "instant", "to_timestamp": "instant", "to_datetime": "instant", "datetime": "instant",
        "parse_timestamp": "parse_time", "ts_parse": "parse_time", "strptime": "parse_time",
        "ts_strptime": "parse_time", "format_timestamp": "format_time", "ts_format": "format_time",
        "strftime": "format_time", "date_format": "format_time", "sec2gmt": "seconds_to_instant",
        "sec2gmtdate": "seconds_to_instant", "from_unix_timestamp": "seconds_to_instant",
        "from_unixtime": "seconds_to_instant", "epoch_ms": "milliseconds_to_instant",
        "to_unix_timestamp": "instant_to_seconds", "ts_unix": "instant_to_seconds",
        "unix_timestamp": "instant_to_seconds", "epoch": "instant_to_seconds", "gmt2sec": "instant_to_seconds",
        "date_trunc": "start_of", "datetrunc": "start_of", "truncate_time": "start_of", "last_day": "end_of",
        "eomonth": "end_of", "month_end": "end_of", "dateadd": "write x + 7d or x + days(n), or add_months(x, 1)",
        "date_add": "write x + 7d or x + days(n), or add_months(x, 1)", "edate": "add_months",
        "datediff": "between", "date_diff": "between", "age": "between",
        "date_part": "write year(x), month(x) and the like",
        "datepart": "write year(x), month(x) and the like", "extract_year": "year", "dayofweek": "weekday",
        "isodow": "weekday", "weekofyear": "week", "dayofyear": "day_of_year", "yday": "day_of_year",
        "parse_duration": "write 90min or 7d, or minutes(x)", "dhms2sec": "in_seconds",

        // Other.
        "xxhash": "hash", "crc32": "hash", "sha2": "sha256", "sha1": "sha256", "to_base64": "base64",
        "encode_base64": "base64", "b64encode": "base64", "decode_base64": "from_base64", "b64decode": "from_base64",
        "parse_json": "json_value", "json_extract": "json_value", "json_extract_string": "json_value",
        "get_json_object": "json_value", "parse_url": "url_part",
        "typeof": "types are known: sprocket check shows them",
        "type": "types are known: sprocket check shows them", "sum": "the transform aggregate has it",
        "count": "the transform aggregate has it", "avg": "the transform aggregate has mean(x)",
        "mean": "the transform aggregate has it", "row_number": "the transform number adds it",
        "del": "the transform select leaves columns out", "merge": "write one column at a time",
    ]
}
