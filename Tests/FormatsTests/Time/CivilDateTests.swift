import TestTags
import Testing

@testable import Formats

@Suite(.tags(.fuzz)) struct CivilDateTests {
    @Test func `days are counted as a calendar leafs them over`() throws {
        // From 1600-01-01, 135,140 days before 1970, leaf by leaf through eight centuries.
        var (year, month, day) = (1600, 1, 1)
        for number in Int32(-135_140)...157_424 {
            let date = try #require(CivilDate(year: year, month: month, day: day))
            #expect(date.daysSince1970 == number)
            #expect(CivilDate(daysSince1970: number) == date)
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            day += 1
            if day > length { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect((year, month, day) == (2401, 1, 6))
    }

    @Test(arguments: [
        (0, 1, 1, "0000-01-01"), (1, 1, 1, "0001-01-01"), (987, 6, 5, "0987-06-05"), (9999, 12, 31, "9999-12-31"),
        (10_000, 1, 1, "+010000-01-01"), (-1, 2, 28, "-000001-02-28"), (5_000_000, 12, 31, "+5000000-12-31"),
    ])
    func `a date is written`(year: Int, month: Int, day: Int, text: String) throws {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        #expect(date.description == text)
        #expect(CivilDate(daysSince1970: date.daysSince1970) == date)
    }

    @Test(arguments: [
        (2023, 2, 29), (1900, 2, 29), (2024, 4, 31), (2024, 0, 1), (2024, 13, 1), (2024, 1, 0), (2024, 1, 32),
        (5_000_001, 1, 1), (Int.min, 1, 1), (Int.max, 12, 31), (2024, Int.max, 1), (2024, 1, Int.min),
    ])
    func `a day that there is not is none`(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test func `dates are ordered as their days are`() throws {
        var numbers = SteadyNumbers(5)
        for _ in 0..<5000 {
            let left = Int32.random(in: .min ... .max, using: &numbers)
            let right = Int32.random(in: .min ... .max, using: &numbers)
            #expect((CivilDate(daysSince1970: left) < CivilDate(daysSince1970: right)) == (left < right))
        }
    }

    private func days(_ text: String) -> Int32? { CivilDate.days(of: Array(text.utf8).span) }

    @Test func `every day of the years 1 to 9999 is printed and read back`() {
        #expect(days("0001-01-01") == CivilDate.usualDays.lowerBound)
        #expect(days("9999-12-31") == CivilDate.usualDays.upperBound)
        #expect(days("1970-01-01") == 0)
        for day in CivilDate.usualDays where day % 97 == 0 || day.magnitude < 1000 {
            #expect(days(CivilDate(daysSince1970: day).description) == day)
        }
    }

    @Test(arguments: [
        "", "2014", "2014-9-1", "2014-09-31", "2014-02-29", "1900-02-29", "2014-13-01", "2014-00-01", "2014-09-00",
        "0000-01-01", "-001-01-01", "10000-01-01", "2014-09-01 ", "2014-09-01T", "2014/09/01", "20140901", "2014-0é-01",
        "01-09-2014", "2014:09:01",
    ])
    func `what is no day of the calendar is none`(text: String) {
        #expect(days(text) == nil)
    }
}
