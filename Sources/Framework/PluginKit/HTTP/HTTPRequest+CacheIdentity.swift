extension HTTPRequest {
    /// What identifies the answer, and its form in a cache; nil if it must not be used again.
    ///
    /// The key says what is asked and who asks: the address and all header fields, credentials among them. Only questions
    /// have one (`GET`), and not those about a part of a thing or about one that the caller has already.
    ///
    /// - Parameter reading: Makes of the answer what the caller wants.
    /// - Returns: The identity and the form; nil if the answer must not be used again.
    func memo<Answer>(
        reading: @escaping @Sendable (HTTPResponse) throws -> Answer
    ) -> CacheIdentity<HTTPAnswer<Answer>>? {
        let control = CacheControl(headers)
        guard method == .get, body.isEmpty, !control.contains("no-store"), !control.contains("no-cache"),
            !isConditional, headers["Range"] == nil
        else { return nil }
        var digest = CacheKeyDigest()
        // The number is that of the form below: a change of it makes all that was kept before unknown.
        digest.add("exchange 1")
        digest.add(method.rawValue)
        digest.add(url.description)
        for (name, value) in headers.fields.map({ ($0.name.lowercased(), $0.value) }).sorted(by: <) {
            digest.add(name)
            digest.add(value)
        }
        return CacheIdentity(key: digest.key, subject: url.host, keeping: { Cacheability($0.response) }) { answer in
            var writer = StateWriter()
            answer.response.write(to: &writer)
            return writer.bytes
        } decode: { bytes in
            var reader = StateReader(bytes)
            let response = try HTTPResponse(from: &reader)
            guard reader.isAtEnd else { throw StateReader.damaged }
            return HTTPAnswer(response: response, value: try reading(response))
        }
    }

    /// Whether the server is to answer only if a thing has changed.
    var isConditional: Bool { headers["If-None-Match"] != nil || headers["If-Modified-Since"] != nil }

    /// The same question, with what a kept answer says about its state (RFC 9110 §13.1); nil if it says nothing.
    func asking(about kept: HTTPResponse) -> HTTPRequest? {
        var request = self
        if let tag = kept.headers["ETag"] {
            request.headers["If-None-Match"] = tag
        } else if let time = kept.headers["Last-Modified"] {
            request.headers["If-Modified-Since"] = time
        } else {
            return nil
        }
        return request
    }
}

extension HTTPResponse {
    /// The answer as it holds from now on, if another one says that it has not changed (RFC 9111 §4.3.4); else nil.
    func renewed(by answer: HTTPResponse) -> HTTPResponse? {
        guard answer.status == 304 else { return nil }
        var renewed = self
        // How long it has lain on the way was told of the old one.
        renewed.headers["Age"] = nil
        let fields = answer.headers.fields.filter { $0.name.lowercased() != "content-length" }
        // A name may come several times: all of the old ones go before the first new one comes.
        for field in fields { renewed.headers[field.name] = nil }
        for field in fields { renewed.headers.append(field) }
        return renewed
    }

    fileprivate func write(to writer: inout StateWriter) {
        writer.write(Int64(status))
        writer.write(Int64(headers.fields.count))
        for field in headers.fields {
            field.name.write(to: &writer)
            field.value.write(to: &writer)
        }
        writer.write(body)
    }

    fileprivate init(from reader: inout StateReader) throws {
        let status = Int(truncatingIfNeeded: try reader.readInteger())
        var fields: [HTTPHeaders.Field] = []
        for _ in 0..<(try reader.readCount()) {
            fields.append(HTTPHeaders.Field(try String(from: &reader), value: try String(from: &reader)))
        }
        self.init(status: status, headers: HTTPHeaders(fields), body: try reader.readBytes())
    }
}
