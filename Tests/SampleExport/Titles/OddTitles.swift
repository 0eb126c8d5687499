/// Titles that have to come out as they went in: signs that mean something to CSV, JSON or a spreadsheet, and scripts
/// from all over.
enum OddTitles {
    static let all = [
        // Signs of CSV.
        "The \"Last\" Ferry to Nowhere-by-Sea",
        "Salt, Pepper, and a Third Thing",
        "\"Rhubarb, Rhubarb,\" Said the Extra",
        "The Beekeeper's Other Umbrella",
        "Semicolon; or, The Long Pause",
        // Signs of spreadsheets and of the web.
        "#hedgehogweekend",
        "+1 Accordion",
        "=Sum of All Picnics",
        "@ the Laundromat",
        "-40 Degrees of Marmalade",
        "Fish &amp; Chips Forever",
        "<b>old Typesetters",
        "100% Turnip?",
        // What a program could take for something else.
        "null",
        "1970-01-01",
        "7:40",
        "Either/Or/Turnip",
        "Thunderbucket*",
        // Above, below and between the letters.
        "Marmalade²",
        "Tundra³: Thaw",
        "1½ Lighthouses",
        "The Weathervane™",
        "Cafe\u{301} Ru\u{308}benzahl",
        "Ze\u{308}bra\u{301} in the Cre\u{300}che",
        "Æther & Œuvre",
        "Þórdís og síðasta ljósið á Straumvík",
        "Żółw, który nie zdążył",
        "İstasyonda Bir Ütü",
        "Straße ohne Gänsefüßchen",
        "Café Müßiggang",
        // Other scripts.
        "Полночный чайник № 7",
        "Η ομπρέλα του έβδομου ταχυδρόμου",
        "薄荷駅の最終配達",
        "会飞的水壶与邮差",
        "우산을 든 등대지기의 월요일",
        "مظلة ساعي البريد الثالثة",
        "המטרייה השלישית של הדוור",
        "सातवें डाकिये की छतरी",
        "ร่มคันที่เจ็ดของบุรุษไปรษณีย์",
        // Beyond the first plane, and several signs that are one.
        "🦔 & Sons",
        "The Plumber 👩🏽‍🔧 Rings Twice on Thursdays",
        "𝔗he Gothic Laundrette",
        "Family of Four 👨‍👩‍👧‍👦 in a Tent",
        // Long.
        "The Memorable and Only Slightly Exaggerated Account of How My Great-Aunt Wilhelmina Lost a Brass Band, "
            + "Two Ponies and the Municipal Elections of Pfennigsbrück in the Course of a Single Rainy Afternoon",
    ]
}
