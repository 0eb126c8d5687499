import Testing

@Suite struct CSVPollutionTests {
    @Test func `polluted files are read almost perfectly if the dialect is given`() throws {
        let scores = Pollution.all.map { PollutionScore($0, guesses: false) }
        let mean = scores.reduce(0) { $0 + $1.total } / Double(scores.count)
        #expect(mean >= 9.96, "\(mean): \(scores.filter { $0.total < 9.9 }.map(\.words))")
    }

    @Test func `polluted files are read well if the dialect is guessed`() throws {
        let scores = Pollution.all.map { PollutionScore($0, guesses: true) }
        let mean = scores.reduce(0) { $0 + $1.total } / Double(scores.count)
        #expect(mean >= 9.7, "\(mean): \(scores.filter { $0.total < 9.5 }.map(\.words))")
    }
}
