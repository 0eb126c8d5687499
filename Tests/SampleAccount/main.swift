// Writes the export of the made-up account anew, where the pipelines find it.
//
//     swift run SampleAccount [FILE]

import Glibc
import PluginKit
import SampleExport

let path = CommandLine.arguments.dropFirst().first ?? "pipelines/sample/trakt-export.zip"
let account = MadeUpAccount()
let archive = try account.archive()
let file = OutputFile(path)
let pending = try file.complete(upTo: file.write(archive.span, at: 0), records: account.expectations.historyRecords)
try FileSystem.rename(pending.temporaryPath, to: pending.path)

let expected = account.expectations
print(
    """
    \(path): \(archive.count) bytes, \(expected.historyRecords) records of history, \(expected.filmPlays) plays of \
    \(expected.watchedFilms) films on \(expected.datedRows.count) dated and \(expected.undatedRows.count) undated rows, \
    \(expected.ratings.count) ratings, \(expected.watchlist.count) films on the watchlist
    """
)
