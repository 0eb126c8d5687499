import Diagnostics
import PluginKit

extension SyntheticExport.Contents {
    /// Four numbers for another process.
    var text: String { "\(jsonBytes) \(archiveBytes) \(files) \(diaryRows)\n" }

    /// The four numbers that another process wrote; nil if they are not there.
    init?(readFrom path: String) {
        guard let bytes = try? InputFile(path).readAll(atMost: 1000) else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
        guard numbers.count == 4 else { return nil }
        self.init(jsonBytes: numbers[0], archiveBytes: numbers[1], files: numbers[2], diaryRows: numbers[3])
    }
}
