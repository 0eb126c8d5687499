extension Diagnostic {
    /// What caused a problem.
    public indirect enum Cause: Sendable {
        /// Another problem with all its details.
        case diagnostic(Diagnostic)
        /// The description of an error.
        case text(String)

        /// What is wrong, in one sentence.
        public var message: String {
            switch self {
            case .diagnostic(let diagnostic): diagnostic.message
            case .text(let text): text
            }
        }
    }

    /// The causes as text, the direct cause first, without those that the message or the hint quotes.
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

    /// How many levels of causes are shown.
    private static let mostCauses = 8
}

extension Diagnostic.Cause {
    /// The cause with its place and code: `films.csv: the disk is full [file.disk-full]`.
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
