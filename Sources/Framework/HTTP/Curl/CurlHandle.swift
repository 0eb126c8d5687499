internal import CCurl
internal import Platform

/// A handle of libcurl for one exchange after the other, with what it needs while it is used.
final class CurlHandle {
    let pointer: OpaquePointer
    private let library: CurlLibrary
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var list: OpaquePointer?

    /// Nil if memory is short.
    init?(_ library: CurlLibrary) {
        guard let pointer = library.functions.pointee.easy_init() else { return nil }
        self.pointer = pointer
        self.library = library
        // CURL_ERROR_SIZE
        errorBuffer = .allocate(capacity: 256)
        errorBuffer.initialize(repeating: 0, count: 256)
    }

    deinit {
        library.functions.pointee.easy_cleanup(pointer)
        library.functions.pointee.slist_free_all(list)
        errorBuffer.deallocate()
    }

    /// Forgets all options and what belonged to the last exchange.
    func reset() {
        library.functions.pointee.easy_reset(pointer)
        library.functions.pointee.slist_free_all(list)
        list = nil
        errorBuffer[0] = 0
        _ = curl_set_pointer(library.functions, pointer, CurlOption.errorBuffer.rawValue, errorBuffer)
    }

    /// What the library wrote about the last error.
    var errorText: String { String(cString: errorBuffer) }

    /// A number that is known when an exchange is done.
    func number(_ info: CurlInfo) -> Int { curl_info_number(library.functions, pointer, info.rawValue) }

    /// Sets an option that must be obeyed.
    ///
    /// - Throws: `unavailable`, if the library does not know it.
    func set(_ option: CurlOption, to number: Int) throws(AnswerFlaw) {
        try check(curl_set_number(library.functions, pointer, option.rawValue, number), for: option)
    }

    /// Sets an option that must be obeyed; nil takes back what it was.
    func set(_ option: CurlOption, to text: String?) throws(AnswerFlaw) {
        try check(curl_set_text(library.functions, pointer, option.rawValue, text), for: option)
    }

    /// Sets an option that older libraries lack, and can do without.
    func offer(_ option: CurlOption, value number: Int) {
        _ = curl_set_number(library.functions, pointer, option.rawValue, number)
    }

    /// Sets a pointer that comes back in callbacks.
    func set(_ option: CurlOption, to context: UnsafeMutableRawPointer) throws(AnswerFlaw) {
        try check(curl_set_pointer(library.functions, pointer, option.rawValue, context), for: option)
    }

    /// Sets a function that takes bytes.
    func set(_ option: CurlOption, to receiver: CurlReceiver) throws(AnswerFlaw) {
        try check(curl_set_receiver(library.functions, pointer, option.rawValue, receiver), for: option)
    }

    /// Sets the function that is asked before a request is sent.
    func set(gate: CurlGate) throws(AnswerFlaw) {
        try check(curl_set_gate(library.functions, pointer, CurlOption.gate.rawValue, gate), for: .gate)
    }

    /// Sets the function that opens sockets.
    func set(opener: CurlSocketOpener) throws(AnswerFlaw) {
        try check(
            curl_set_opener(library.functions, pointer, CurlOption.socketOpener.rawValue, opener),
            for: .socketOpener
        )
    }

    /// Hands over a body; the library copies it.
    func set(body: [UInt8]) throws(AnswerFlaw) {
        try check(
            curl_set_size(library.functions, pointer, CurlOption.bodySize.rawValue, Int64(body.count)),
            for: .bodySize
        )
        let code = body.withUnsafeBytes { bytes in
            // No address at all would mean that nothing is to be copied.
            withUnsafeBytes(of: 0 as UInt8) { none in
                curl_set_pointer(
                    library.functions,
                    pointer,
                    CurlOption.copiedBody.rawValue,
                    bytes.baseAddress ?? none.baseAddress
                )
            }
        }
        try check(code, for: .copiedBody)
    }

    /// Sets the lines of the header.
    func set(headers lines: [String]) throws(AnswerFlaw) {
        for line in lines {
            guard let longer = library.functions.pointee.slist_append(list, line) else {
                throw AnswerFlaw(.unavailable, words: "memory is short")
            }
            list = longer
        }
        let code = curl_set_pointer(
            library.functions,
            pointer,
            CurlOption.headers.rawValue,
            list.map { UnsafeRawPointer($0) }
        )
        try check(code, for: .headers)
    }

    private func check(_ code: Int32, for option: CurlOption) throws(AnswerFlaw) {
        guard code != CurlCode.ok else { return }
        if code == CurlCode.outOfMemory { throw AnswerFlaw(.unavailable, words: "memory is short") }
        throw AnswerFlaw(.unavailable, words: "libcurl refuses \(option.words): \(reason(code))")
    }

    /// The library's words for a code; they have nothing of a request.
    func reason(_ code: Int32) -> String { String(cString: library.functions.pointee.easy_strerror(code)) }
}
