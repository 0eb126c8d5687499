// Trakt on this machine, for trying things by hand; see docs/trakt-server.md.
//
//     scripts/trakt-server [--sample] [--plays N] [--fault 'FAULT'] …

import Diagnostics
import Formats
import Glibc
import PluginKit
import SampleExport
import TraktServer

do {
    let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
    if arguments.asksForHelp {
        print(Arguments.usage)
        exit(0)
    }
    let account = arguments.account
    if let path = arguments.export {
        let archive = try account.archive()
        let file = OutputFile(path)
        let pending = try file.complete(upTo: file.write(archive.span, at: 0), records: account.plays.count)
        try FileSystem.rename(pending.temporaryPath, to: pending.path)
    }
    let server = try TraktServer(account: account, options: arguments.options)
    print(Instructions(server, account).text)
    fflush(nil)
    // Until somebody ends it; a server that nobody uses any more ends by itself.
    while true {
        pause()
        withExtendedLifetime(server) {}
    }
} catch {
    print((error as? Diagnostic)?.rendered() ?? "\(error)")
    exit(2)
}
