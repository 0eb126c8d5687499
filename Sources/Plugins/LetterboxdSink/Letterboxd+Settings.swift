internal import Formats
internal import PluginKit

extension Letterboxd.Options {
    /// Checks the options and converts them for use.
    ///
    /// - Throws: `zone.unknown`, `environment.time-zones` and `option.range`, each at the place of the option.
    func settings(in context: StageContext) throws(DiagnosticList) -> Settings {
        var problems = DiagnosticList()
        var zone: TimeZoneRules?
        // With `account` this machine's zone is needed only for records that name none.
        if timeZone != "account" {
            do throws(Diagnostic) {
                zone = try context.timeZone(timeZone, at: $timeZone)
            } catch {
                // Without days, a zone that this machine lacks does not matter, but a wrong name is still an error.
                if content == .diary || error.category == .usage { problems.append(error) }
            }
        }
        if let rows = maxRows, rows < 1 {
            problems.append(
                Diagnostic(
                    "option.range",
                    message: "\(rows) is out of range",
                    category: .usage,
                    at: $maxRows,
                    hint: "allowed: 1 or more"
                )
            )
        }
        let tags = TagList(self.tags)
        if tags.bytes.count > maxBytes / 4 {
            problems.append(
                Diagnostic(
                    "option.range",
                    message: "the tags take \(tags.bytes.count.counted("byte")) of every row, of \(maxBytes) in a file",
                    category: .usage,
                    at: $tags,
                    hint: "use fewer or shorter tags, or a larger 'max_bytes'"
                )
            )
        }
        try problems.throwIfErrors()
        return Settings(
            content: content,
            zone: zone,
            isLocalZone: timeZone == "local",
            accountZones: AccountZones(in: context),
            ratings: rating,
            undatedFirst: undatedFirst,
            titles: titles,
            quotes: quotes,
            escapesFormulas: formulas == .escape,
            maxBytes: maxBytes,
            maxRows: maxRows ?? .max,
            tags: tags
        )
    }
}
