/// The position of a page of an account's data, with the state that its walk found at the start.
///
/// As text: `movies 12/400 99873 250 5f0c…`, that is part, page, pages, items, items of a page, state of the account.
package struct TraktCursor: LosslessStringConvertible, Hashable, Sendable {
    /// The next step.
    package enum Step: Hashable, Sendable {
        /// The first page of a part, which states how many there are.
        case first
        /// A page of a known number of pages.
        case page(Int)
        /// A page of an unknown number of pages.
        case next(Int)
        /// Nothing more to read; the check that everything was there.
        case check
    }

    /// The part of the data: `movies`, `all`, `list-55`.
    package let part: String
    /// The next step.
    package let step: Step
    /// The state that the walk found at its start.
    package let census: Census

    /// The state that a walk finds at its start, which must not change until its end.
    package struct Census: Hashable, Sendable {
        /// The number of pages.
        package var pages = 0
        /// The number of items; nil if it is not stated.
        package var items: Int?
        /// The number of items on a page.
        package var limit = 0
        /// The state of the account; empty if it was not requested.
        package var state = ""

        /// The number of items that a page should have; nil for a last page whose length is not stated.
        func items(on page: Int) -> Int? {
            guard page == pages else { return limit }
            guard let items, isConsistent else { return nil }
            // The remainder; no product here is larger than the number of items.
            return items - (pages - 1) * limit
        }

        /// Whether the number of items matches that of pages: some routes have stated wrong numbers.
        var isConsistent: Bool {
            guard let items, limit > 0 else { return false }
            return max(1, TraktPaging.pages(of: items, limit: limit)) == pages
        }

        /// The same with another number of items on a page.
        func with(limit: Int) -> Census {
            var other = self
            other.limit = limit
            return other
        }
    }

    init(_ part: String, step: Step, census: Census = Census()) {
        self.part = part
        self.step = step
        self.census = census
    }

    package init?(_ description: String) {
        let words = description.split(separator: " ").map(String.init)
        guard words.count == 6, let pages = Int(words[2]), let limit = Int(words[4]), limit >= 0,
            0...TraktPaging.mostPages ~= pages,
            let step = Step(words[1])
        else { return nil }
        var census = Census(pages: pages, limit: limit, state: words[5] == "-" ? "" : words[5])
        if words[3] != "-" {
            guard let items = Int(words[3]), items >= 0 else { return nil }
            census.items = items
        }
        self.init(words[0], step: step, census: census)
    }

    package var description: String {
        let items = census.items.map { "\($0)" } ?? "-"
        return "\(part) \(step) \(census.pages) \(items) \(census.limit) \(census.state.isEmpty ? "-" : census.state)"
    }
}

extension TraktCursor.Step: LosslessStringConvertible {
    package init?(_ description: String) {
        if description == "first" {
            self = .first
        } else if description == "check" {
            self = .check
        } else if let number = Int(description), 1...TraktPaging.mostPages ~= number {
            self = .page(number)
        } else if description.hasPrefix("next-"), let number = Int(description.dropFirst(5)),
            1...TraktPaging.mostPages + 1 ~= number
        {
            self = .next(number)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .first: "first"
        case .page(let number): "\(number)"
        case .next(let number): "next-\(number)"
        case .check: "check"
        }
    }
}
