/// A version of the TOML standard.
public enum TOMLVersion: String, Sendable, CaseIterable {
    /// TOML 1.0.0 of 2021-01-12.
    case v1_0 = "1.0"
    /// TOML 1.1.0 of 2025-12-18: inline tables over several lines, `\e` and `\xHH`, times without seconds.
    case v1_1 = "1.1"
}
