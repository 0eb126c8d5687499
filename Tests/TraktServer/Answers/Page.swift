internal import HTTP
internal import Formats

/// What `page` and `limit` of a query cut out of a listing.
struct Page {
    /// The page's number, counted from 1.
    let number: Int
    /// Items of a full page.
    let limit: Int
    /// Whether the answer tells of pages at all.
    let isPaged: Bool

    /// The most that any page ever held.
    private static let oldLargest = 10_000

    init(_ parameters: [String: String], of listing: Listing, rules: ServerOptions.Paging) {
        let number = parameters["page"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        let limit = parameters["limit"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        let usual: Int
        var largest = 250
        var isPaged = true
        switch (listing.paging, rules) {
        case (.always(let today, _), .today): usual = today
        case (.always(_, let old), .old): (usual, largest) = (old, Self.oldLargest)
        case (.optional, .today): usual = 100
        case (.optional, .old): (usual, largest, isPaged) = (100, Self.oldLargest, number != nil || limit != nil)
        case (.lately(let most), .today): (usual, largest) = (100, most)
        case (.lately, .old): (usual, isPaged) = (100, false)
        }
        self.isPaged = isPaged
        self.number = isPaged ? number ?? 1 : 1
        self.limit = isPaged ? min(limit ?? usual, largest) : max(1, listing.count * 2)
    }

    /// The answer with this page.
    func response(of listing: Listing, _ oddities: PageOddities) -> HTTPResponse {
        let places = oddities.repeated.isEmpty ? nil : Self.doubled(listing, oddities.repeated)
        let count = places?.count ?? listing.count
        let (start, isBeyond) = (number - 1).multipliedReportingOverflow(by: limit)
        let range = isBeyond || start >= count ? 0..<0 : start..<min(start + limit, count)

        var writer = JSONWriter()
        writer.array { writer in
            for index in range {
                let place = places?[index] ?? index
                guard oddities.hidden.isEmpty || !oddities.hidden.contains(listing.key(place)) else { continue }
                writer.write(listing.json(place))
            }
        }
        var response = HTTPResponse(200, writer.bytes)
        for (name, value) in listing.headers { response.set(name, value) }
        guard isPaged else { return response }
        response.set("X-Pagination-Page", "\(number)")
        response.set("X-Pagination-Limit", "\(limit)")
        response.set("X-Pagination-Page-Count", "\((count + limit - 1) / limit)")
        response.set("X-Pagination-Item-Count", "\(oddities.constantCount ?? count + oddities.excess)")
        return response
    }

    /// The places of all items, those of some of them twice.
    private static func doubled(_ listing: Listing, _ repeated: Set<Int>) -> [Int] {
        var places: [Int] = []
        places.reserveCapacity(listing.count + repeated.count)
        for place in 0..<listing.count {
            places.append(place)
            if repeated.contains(listing.key(place)) { places.append(place) }
        }
        return places
    }
}
