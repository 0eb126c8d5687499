import Diagnostics
import PluginKit
import Sockets
import Testing

@testable import Redis

@Suite struct RedisAddressTests {
    @Test(arguments: [
        ("redis://localhost", Endpoint.port(6379, of: "localhost"), nil, nil, 0),
        ("redis://localhost:7/3", .port(7, of: "localhost"), nil, nil, 3),
        ("redis://:pass@h", .port(6379, of: "h"), nil, "pass", 0),
        ("redis://user:p%40s%2Fs%3A@h/", .port(6379, of: "h"), "user", "p@s/s:", 0),
        ("redis://user:a@b@h:1", .port(1, of: "h"), "user", "a@b", 0),
        ("redis://[::1]:80/1", .port(80, of: "::1"), nil, nil, 1),
        ("redis://[::1]", .port(6379, of: "::1"), nil, nil, 0),
        ("unix:///run/redis.sock", .file("/run/redis.sock"), nil, nil, 0),
        ("unix:///run/a%20b?db=4", .file("/run/a b"), nil, nil, 4),
    ])
    func `a URL says where and as whom`(
        url: String,
        endpoint: Endpoint,
        user: String?,
        password: String?,
        database: Int
    ) throws {
        let address = try RedisAddress(Secret(url))
        #expect(address.endpoint == endpoint)
        #expect(address.user == user)
        #expect(address.password?.revealed == password)
        #expect(address.database == database)
    }

    @Test(arguments: [
        ("localhost", "it does not begin with 'redis://'"),
        ("http://secret@h", "it does not begin with 'redis://' or 'unix://'"),
        ("rediss://user:secret@h", "connections with TLS are not supported"),
        ("redis://user:secret@", "it names no host"),
        ("redis://:secret@h:0", "the port is not from 1 to 65535"),
        ("redis://:secret@h:65536", "the port is not from 1 to 65535"),
        ("redis://:secret@h:x", "the port is not from 1 to 65535"),
        ("redis://:secret@h/x", "the database is not a number"),
        ("redis://:secret@h/-1", "the database is not a number"),
        ("redis://:secret%4@h", "'%' must be followed by two hexadecimal digits"),
        ("redis://:secret%+4@h", "'%' must be followed by two hexadecimal digits"),
        ("redis://:secret@[::1", "the host's address has no ']'"),
        ("redis://:secret@[::1]x", "the host's address has no ']'"),
        ("unix://run/secret", "the path of the socket is not absolute"),
        ("unix:///run/secret?x=1", "only 'db' is allowed after '?'"),
    ])
    func `what is no URL is refused, and not repeated`(url: String, reason: String) throws {
        let error = #expect(throws: Diagnostic.self) { try RedisAddress(Secret(url), at: .file("here")) }
        let text = try #require(error?.description)
        #expect(
            text == """
                here: error[redis.url]: this is not the URL of a Redis server: \(reason)
                  hint: redis://user:password@host:6379/0 or unix:///path/to/socket
                """
        )
        #expect(!text.contains("secret"))
    }
}
