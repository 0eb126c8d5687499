extension Diagnostic {
    /// What led to a problem.
    public indirect enum Cause: Sendable {
        /// Another problem, whole.
        case diagnostic(Diagnostic)
        /// An error in its own words.
        case text(String)

        /// What is wrong, in one sentence.
        public var message: String {
            switch self {
            case .diagnostic(let diagnostic): diagnostic.message
            case .text(let text): text
            }
        }
    }

    /// The causes for a person, the nearest first, without those that the message or the hint quotes.
    var causes: [String] {
        var causes: [String] = []
        var (shown, next) = ([message, hint ?? ""], cause)
        while let cause = next, causes.count < Self.mostCauses {
            if !shown.contains(where: { $0.contains(cause.message) }) { causes.append(cause.words) }
            guard case .diagnostic(let diagnostic) = cause else { break }
            shown += [diagnostic.message, diagnostic.hint ?? ""]
            next = diagnostic.cause
        }
        return causes
    }

    /// A bound for causes of causes.
    private static let mostCauses = 8
}

extension Diagnostic.Cause {
    /// Where and what it was: `films.csv: the disk is full [file.disk-full]`.
    fileprivate var words: String {
        guard case .diagnostic(let diagnostic) = self else { return message }
        let place =
            switch diagnostic.place {
            case .text(let range): "\(range.text.name):\(range.start): "
            case .stage(let stage, let position): (position.map { "\(stage), \($0)" } ?? stage) + ": "
            case .file(let path): "\(path): "
            case nil: ""
            }
        return "\(place)\(diagnostic.message) [\(diagnostic.code)]"
    }
}
