extension Diagnostic {
    /// The same finding with dots in place of the secrets of its text.
    public var withoutSecrets: Diagnostic {
        var bare = self
        bare.cause = cause?.withoutSecrets
        guard case .text(let range) = place else { return bare }
        let secrets = range.text.secretRanges
        guard !secrets.isEmpty else { return bare }
        let isWithin = secrets.contains { $0.overlaps(range.offsets) || $0.lowerBound == range.offsets.lowerBound }
        return bare.concealing(range.text.secrets.concealment(in: range.text.bytes, isAboutThem: isWithin))
    }

    /// The same finding with dots in place of secret texts.
    ///
    /// - Parameters:
    ///   - texts: The secrets.
    ///   - isAboutThem: Whether the finding is about one of them, so that even a short quoted piece may be a part of
    ///     it.
    /// - Returns: The finding; it quotes neither a secret nor the beginning of one.
    public func concealing(_ texts: some Sequence<String>, isAboutThem: Bool = true) -> Diagnostic {
        concealing(Concealment(texts, isAboutThem: isAboutThem))
    }

    fileprivate func concealing(_ concealment: Concealment) -> Diagnostic {
        var bare = self
        bare.message = concealment.applied(to: message)
        bare.hint = hint.map { concealment.applied(to: $0) }
        bare.related = related.map { Related($0.range, caption: concealment.applied(to: $0.caption)) }
        bare.cause = cause?.concealing(concealment)
        return bare
    }
}

extension Diagnostic.Cause {
    fileprivate var withoutSecrets: Diagnostic.Cause {
        switch self {
        case .diagnostic(let diagnostic): .diagnostic(diagnostic.withoutSecrets)
        case .text: self
        }
    }

    fileprivate func concealing(_ concealment: Concealment) -> Diagnostic.Cause {
        switch self {
        case .diagnostic(let diagnostic): .diagnostic(diagnostic.concealing(concealment))
        case .text(let text): .text(concealment.applied(to: text))
        }
    }
}
