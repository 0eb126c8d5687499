/// Extreme numbers for everything that reads numbers from outside.
package enum Extremes {
    /// Integers of 64 bits: the limits of the usual types, and their neighbours.
    package static let integers: [Int64] = [
        0, -1, 1, 255, 256, 65_535, 65_536, 2_147_483_646, 2_147_483_647, 2_147_483_648, 4_294_967_295, 4_294_967_296,
        -2_147_483_648, -2_147_483_649, 1 << 53, (1 << 53) + 1, 1 << 62, .max - 1, .max, .min + 1, .min,
    ]

    /// Numbers with a fraction, infinities and NaN.
    package static let reals: [Double] = [
        0, -0.0, 0.5, -0.5, .leastNonzeroMagnitude, 1e15, 0x1p53, 0x1p63, -0x1p63, 0x1p64, 1e19, 1e300, -1e300,
        .greatestFiniteMagnitude,
        .infinity, -.infinity, .nan,
    ]

    /// Texts in place of a number, such as in a header field or an environment variable.
    package static let texts: [String] =
        integers.map { "\($0)" } + [
            "", " ", "+5", " 5", "5 ", "00000000000000000000000000001", "9223372036854775808", "18446744073709551615",
            "18446744073709551616", "-9223372036854775809", "1e3", "1e308", "1e999", "0.5", "-0", "NaN", "nan", "inf",
            "Infinity", "0x10", "1,000", "1_000", "٣", "many", String(repeating: "9", count: 5000),
            "-" + String(repeating: "9", count: 5000), String(repeating: "0", count: 5000) + "7",
        ]

    /// Durations and sizes as written in a pipeline file.
    package static let lengths: [String] = [
        "0s", "0ms", "1ms", "-1s", "1.5s", "1e3s", "9999999999h", "9223372036854775807ms", "9223372036854775807d",
        "106751991167d", "106751991168d", "0 B", "1 B", "-1 B", "8388607 TiB", "8589934591 GiB", "8589934592 GiB",
        "9223372036854775807 GiB", "9223372036854775807 B", "0%", "99.99999999999999%", "100%", "101%", "nan%",
        "1e308%",
    ]

    /// Values of TOML for an option of any kind.
    package static let literals: [String] =
        integers.map { "\($0)" } + (texts + lengths).map { "\"\($0)\"" }
        + ["9223372036854775808", "1e308", "-1e308", "inf", "-inf", "nan", "0.5", "1e-320", "[]", "{}"]
}
