internal import PluginKit

extension Int {
    /// The number with separators: `1,234,567`.
    var grouped: String { inGroups }

    /// A number of bytes with a decimal unit: `949.8 kB`.
    var byteText: String {
        var size = Double(self)
        for unit in ["B", "kB", "MB", "GB"] {
            if size < 1000 { return unit == "B" ? "\(self) B" : "\(size.oneDecimal) \(unit)" }
            size /= 1000
        }
        return "\(size.oneDecimal) TB"
    }
}

extension Double {
    /// Rounded to one digit after the decimal point.
    var oneDecimal: String {
        let tenths = Int(clamping: (self * 10).rounded())
        return "\(tenths / 10).\((tenths % 10).magnitude)"
    }
}

extension Duration {
    /// The duration in short form: `0.21 s`, `12.3 s`, `3 min 20 s`.
    var shortText: String {
        let seconds = seconds
        if seconds < 10 {
            let hundredths = Int(clamping: (seconds * 100).rounded())
            return "\(hundredths / 100).\(String(hundredths % 100).zeroPadded(to: 2)) s"
        }
        if seconds < 60 { return "\(seconds.oneDecimal) s" }
        let whole = Int(clamping: seconds)
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}

extension String {
    fileprivate func zeroPadded(to width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}
