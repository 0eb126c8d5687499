package import Formats

/// Whose account it is.
package struct AccountOwner: Sendable, Hashable {
    /// The name that others see.
    package var username = "sample-viewer"
    /// The name in addresses.
    package var slug = "sample-viewer"
    /// The number at Trakt.
    package var number = 90_000_001
    /// Whether only friends may look.
    package var isPrivate = false
    /// Whether they pay.
    package var isVIP = false
    /// The zone of the settings; the days of plays are counted in it.
    package var timeZone = MadeUpAccount.timeZone

    /// The owner of the sample.
    package init() {}

    /// As other objects name them.
    package var json: JSONValue {
        [
            "username": .string(username), "private": .bool(isPrivate), "name": nil, "vip": .bool(isVIP),
            "vip_ep": false, "ids": ["slug": .string(slug)],
        ]
    }

    /// All that others may see of somebody who lets them.
    package var profile: JSONValue {
        json.adding(
            .init("joined_at", value: "2011-01-02T17:49:25.000Z"),
            .init("location", value: nil),
            .init("about", value: nil),
            .init("gender", value: nil),
            .init("age", value: nil),
            .init("images", value: ["avatar": ["full": nil]])
        )
    }

    /// What the account's settings say.
    package var settings: JSONValue {
        [
            "user": [
                "username": .string(username), "private": .bool(isPrivate), "name": nil, "vip": .bool(isVIP),
                "vip_ep": false, "director": false,
                "ids": ["slug": .string(slug), "trakt": JSONValue(number)], "joined_at": "2011-01-02T17:49:25.000Z",
                "location": nil, "about": nil, "gender": nil, "age": nil, "dob": nil,
            ],
            "account": [
                "timezone": .string(timeZone), "date_format": "dmy", "time_24hr": true, "cover_image": nil,
                "token": nil, "display_ads": true,
            ],
            "limits": ["list": ["count": 2, "item_count": 100], "watchlist": ["item_count": 100]],
            "permissions": ["commenting": true, "liking": true, "following": true],
        ]
    }
}
