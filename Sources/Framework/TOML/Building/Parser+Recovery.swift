extension Parser {
    /// Goes to the next line that begins a pair or a header, so that one mistake is told once.
    mutating func recover(from problem: Problem, lineAt start: Int) {
        frames.removeAll(keepingCapacity: true)
        scanner.offset = max(scanner.offset, start)
        skipLine()
        while !scanner.isAtEnd, !beginsPairOrHeader() { skipLine() }
    }

    private mutating func skipLine() {
        while !scanner.isAtEnd {
            if scanner.byte == .lineFeed {
                scanner.offset &+= 1
                return
            }
            scanner.offset &+= 1
        }
    }

    private mutating func beginsPairOrHeader() -> Bool { true }
}
