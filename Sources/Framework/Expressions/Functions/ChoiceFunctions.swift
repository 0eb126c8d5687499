extension FunctionTable {
    /// Null and choice.
    static let choiceFunctions: [Function] = [
        Function(
            "coalesce",
            group: .choice,
            summary: "The first of its arguments that is not null; the others are not evaluated.",
            example: #"coalesce(null, "b", "c")"#,
            result: #""b""#,
            [Overload(special: [.any], repeatsLast: true)]
        ),
        Function(
            "try",
            group: .choice,
            summary: "The value of its argument, or null if it fails.",
            example: #"try(1 / 0)"#,
            result: "null",
            [Overload(special: [.any])]
        ),
        Function(
            "null_if",
            group: .choice,
            summary: "The first argument, or null if it equals the second.",
            example: #"null_if("n/a", "n/a")"#,
            result: "null",
            [Overload(special: [.any, .any])]
        ),
        Function(
            "min_of",
            group: .choice,
            summary: "The least of its arguments; nulls are left out.",
            example: "min_of(3, null, 2)",
            result: "2",
            [Overload(special: [.any], repeatsLast: true)]
        ),
        Function(
            "max_of",
            group: .choice,
            summary: "The greatest of its arguments; nulls are left out.",
            example: "max_of(3, null, 2)",
            result: "3",
            [Overload(special: [.any], repeatsLast: true)]
        ),
    ]
}
