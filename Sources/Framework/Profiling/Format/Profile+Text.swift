extension Profile {
    /// How a profile is written for a browser.
    package enum Detail: Sendable {
        /// Equal stacks together, with their values (`?debug=1`).
        case grouped
        /// A paragraph for each occurrence (`?debug=2`); for profiles that count things that exist.
        case each
    }

    /// The profile as text, for reading without a tool; the largest values first.
    ///
    /// - Parameters:
    ///   - title: What it is a profile of, such as `goroutine`.
    ///   - detail: How it is grouped.
    /// - Returns: Lines that end with a newline.
    package func text(title: String, detail: Detail = .grouped) -> String {
        let shown = defaultType.flatMap { type in kinds.firstIndex { $0.type == type } } ?? kinds.count - 1
        let sorted = samples.sorted { $0.values[shown] > $1.values[shown] }
        switch detail {
        case .grouped: return grouped(sorted, title: title, shown: shown)
        case .each: return each(sorted, title: title, shown: shown)
        }
    }

    private func grouped(_ sorted: [(stack: Sample, values: [Int])], title: String, shown: Int) -> String {
        var text = "\(title) profile: total \(total(of: shown))\n"
        text += kinds.map { "\($0.type)/\($0.unit)" }.joined(separator: " ") + "\n"
        for comment in comments { text += "# \(comment)\n" }
        for sample in sorted {
            text +=
                "\n" + sample.values.map(String.init).joined(separator: " ") + " @\(Self.words(sample.stack.labels))\n"
            for frame in sample.stack.frames { text += "#\t\(frames[frame].name)\n" }
        }
        return text
    }

    /// Writes at most `limit` paragraphs: one value may stand for millions.
    private func each(
        _ sorted: [(stack: Sample, values: [Int])],
        title: String,
        shown: Int,
        limit: Int = 10_000
    ) -> String {
        var text = ""
        var number = 0
        for sample in sorted {
            for _ in 0..<max(0, min(sample.values[shown], limit - number)) {
                number += 1
                text += number == 1 ? "" : "\n"
                text += "\(title) \(number)\(Self.words(sample.stack.labels)):\n"
                for frame in sample.stack.frames { text += "\t\(frames[frame].name)\n" }
            }
        }
        return text
    }

    private static func words(_ labels: [Label]) -> String {
        guard !labels.isEmpty else { return "" }
        let words = labels.map { label in
            switch label.content {
            case .text(let text): "\(label.key)=\(text)"
            case .number(let number, let unit): "\(label.key)=\(number) \(unit)"
            }
        }
        return " [" + words.joined(separator: ", ") + "]"
    }
}
