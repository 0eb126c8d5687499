package import Formats

/// Something that the account's owner has on a shelf: a film, or an episode.
package struct CollectedTitle: Hashable, Sendable {
    /// A film or an episode.
    package let title: Title
    /// When it was put there.
    package var time: BerlinTime

    /// A film or an episode on the shelf.
    package init(_ title: Title, at time: BerlinTime) {
        self.title = title
        self.time = time
    }

    /// An item of `sync/collection/movies`, or of `sync/collection/episodes`.
    package func json(saysMetadata: Bool = false, isComplete: Bool = false) -> JSONValue {
        let metadata: JSONValue = [
            "media_type": "bluray", "resolution": "hd_1080p", "hdr": nil, "audio": "dts", "audio_channels": "5.1",
            "3d": false,
        ]
        return .object(
            [
                .init("collected_at", value: .string(time.traktText)),
                .init(
                    "updated_at",
                    value: .string(BerlinTime(day: time.day, second: time.second / 60 * 60 + 11).traktText)
                ),
            ] + title.members(isComplete: isComplete) + (saysMetadata ? [.init("metadata", value: metadata)] : [])
        )
    }

    /// The items of `sync/collection/shows`: the episodes of each show, by season.
    package static func shows(_ collected: [CollectedTitle]) -> [(show: Show, json: JSONValue)] {
        var shows: [Show] = []
        var episodes: [Show: [(Episode, BerlinTime)]] = [:]
        for item in collected {
            guard case .episode(let episode) = item.title else { continue }
            if episodes[episode.show] == nil { shows.append(episode.show) }
            episodes[episode.show, default: []].append((episode, item.time))
        }
        return shows.map { show in
            let own = episodes[show] ?? []
            let last = own.map(\.1).max() ?? BerlinTime(1970, 1, 1, 1, 0)
            let seasons = Set(own.map(\.0.season)).sorted().map { season -> JSONValue in
                let numbered = own.filter { $0.0.season == season }.sorted { $0.0.number < $1.0.number }
                return [
                    "number": JSONValue(season),
                    "episodes": .array(
                        numbered.map {
                            ["number": JSONValue($0.0.number), "collected_at": .string($0.1.traktText)]
                        }
                    ),
                ]
            }
            return (
                show,
                [
                    "last_collected_at": .string(last.traktText),
                    "last_updated_at": .string(BerlinTime(day: last.day, second: last.second / 60 * 60 + 7).traktText),
                    "show": show.json, "seasons": .array(seasons),
                ]
            )
        }
    }
}
