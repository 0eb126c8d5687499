import Testing

/// What people write who know another language, or paste from a text: the finding says what to write here.
@Suite struct HabitTests {
    @Test(arguments: [
        ("seen AND year > 1", "14:15", "write and"), ("title IS null", "14:16", "write is"),
        ("NOT seen", "14:14", "write not"), ("title == NULL", "14:19", "write null"),
        ("seen == True", "14:18", "write true"), ("title == none", "14:19", "write null"),
        ("title like \"a\"", "14:16", "title starts with"), ("title LIKE \"a\"", "14:16", "title starts with"),
        ("year between 1 and 2", "14:15", "write year in 1990..1999"),
        ("CASE WHEN seen THEN 1 END", "14:15", "write if CONDITION"),
        ("year in (1990, 1991)", "14:18", "year in [1990, 1991]"), ("year in 1...5", "14:19", "write .."),
        ("if(seen, 1, 2) == 1", "14:10", "write if CONDITION"), ("year ** 2 == 4", "14:15", "write power(2, 10)"),
        ("year // 2 == 4", "14:15", "write div(7, 2)"), ("year === 2", "14:15", "write =="),
        ("year ≥ 2000", "14:15", "write >="), ("year≥2000", "14:14", "write >="), ("year ≠ 2", "14:15", "write !="),
        ("year × 2 == 4", "14:15", "write *"), ("year – 2 == 4", "14:15", "write -"),
        ("year − 2 == 4", "14:15", "write -"),
        ("title == “Heat”", "14:19", "around a text"), ("year\u{A0}> 2", "14:14", "U+00A0"),
        ("ye\u{200B}ar > 2", "14:12", "U+200B"),
        ("title in [1]", "14:20", #"write integer(title) in [1], or title in ["1"]"#),
        ("year in [\"1990\"]", "14:19", "write year in [1990], without quotes"),
        ("title in 1..2", "14:16", "write integer(title) >= 1"),
        ("null_if(title, 1) == 1", "14:25", #"write integer(title) == 1, or title == "1""#),
        ("year(@2024-01-01, \"UTC\") == 1", "14:15", "write year(@2024-01-01)"),
        ("year ?? -rating > 1", "14:18", "brackets"), ("year > 1e-400", "14:17", "the smallest is"),
    ])
    func `a habit of another language is answered`(_ text: String, place: String, hint: String) throws {
        let finding = try FindingTests.findings("where = '''\(text)'''")
        let column = try #require(Int(place.dropFirst(3))) + 2
        #expect(finding.hasPrefix("p.toml:14:\(column): error["), "\(finding)")
        #expect(finding.contains(hint), "\(finding)")
    }
}
