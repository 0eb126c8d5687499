import Diagnostics
import Glibc
import Accounts
import PluginKit
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.crash)) struct CredentialStoreTests {
    private let folder: TemporaryFolder
    private let store: CredentialStore

    init() throws {
        folder = try TemporaryFolder(.inMemory)
        store = CredentialStore(service: "films", environment: ["XDG_CONFIG_HOME": folder.path("config")])
    }

    private var file: String { folder.path("config/sprocket/films.json") }

    private func keep(_ token: String?, of account: String = "https://films.example") async throws {
        try await store.withLock(time: SystemTime()) { held in
            var credential = try held.credential(of: account) ?? Credential()
            credential[text: "token"] = token
            try held.replace(token == nil ? nil : credential, of: account)
        }
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    /// What a body throws, as people see it, without the test's own folder.
    private func rendered(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "nothing was thrown"
        } catch let error as Diagnostic {
            return error.rendered().replacing(folder.path, with: "@")
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        (["XDG_CONFIG_HOME": "/x", "HOME": "/h"], "/x/sprocket/films.json"),
        (["XDG_CONFIG_HOME": "", "HOME": "/h"], "/h/.config/sprocket/films.json"),
        (["XDG_CONFIG_HOME": "x", "HOME": "/h"], "/h/.config/sprocket/films.json"),
        (["HOME": "/h"], "/h/.config/sprocket/films.json"),
    ])
    func `the folder is the user's own for settings`(environment: [String: String], path: String) throws {
        #expect(try CredentialStore(service: "films", environment: environment).path == path)
    }

    @Test(arguments: [[:], ["HOME": "."], ["XDG_CONFIG_HOME": "c", "HOME": ""]] as [[String: String]])
    func `without a folder of the user's own nothing is kept`(environment: [String: String]) async {
        let message = await rendered {
            _ = try CredentialStore(service: "films", environment: environment).credential(of: "a")
        }
        #expect(
            message == """
                error[account.folder]: there is no folder for credentials: neither XDG_CONFIG_HOME nor HOME is an \
                absolute path
                  hint: set one of them
                """
        )
    }

    @Test func `what is kept is there again, and reading alone makes nothing`() async throws {
        #expect(try store.credential(of: "https://films.example") == nil)
        #expect(folder.files.isEmpty)
        try await keep("one")
        try await keep("two", of: "https://other.example")
        #expect(try store.credential(of: "https://films.example")?[text: "token"] == "one")
        #expect(try store.credential(of: "https://other.example")?[text: "token"] == "two")
        #expect(try store.credential(of: "elsewhere") == nil)
        #expect(
            try folder.text(of: "config/sprocket/films.json") == """
                {
                  "sprocket": "credentials 1",
                  "service": "films",
                  "accounts": {
                    "https://films.example": {
                      "token": "one"
                    },
                    "https://other.example": {
                      "token": "two"
                    }
                  }
                }

                """
        )
    }

    @Test func `folder and file are for their user alone`() async throws {
        try await keep("one")
        #expect(mode(folder.path("config")) == 0o700)
        #expect(mode(folder.path("config/sprocket")) == 0o700)
        #expect(mode(file) == 0o600)
        #expect(mode(file + ".lock") == 0o600)
        try await keep("two")
        #expect(mode(file) == 0o600)
    }

    @Test func `what a later version has added stays`() async throws {
        try await keep("one")
        let text = """
            {"sprocket":"credentials 1","service":"films","colour":"red","accounts":\
            {"https://films.example":{"token":"one","age":7,"more":[1,{"a":null}]},"b":{"x":1.5}}}
            """
        try folder.write(text, to: "config/sprocket/films.json")
        chmod(file, 0o600)
        try await keep("two")
        let after = try folder.text(of: "config/sprocket/films.json").filter { !$0.isWhitespace }
        #expect(
            after == """
                {"sprocket":"credentials1","service":"films","colour":"red","accounts":\
                {"https://films.example":{"token":"two","age":7,"more":[1,{"a":null}]},"b":{"x":1.5}}}
                """
        )
        #expect(try store.credential(of: "https://films.example")?[number: "age"] == 7)
    }

    @Test func `the last account that is deleted takes the file with it`() async throws {
        try await keep("one")
        try await keep("two", of: "other")
        try folder.write("half", to: "config/sprocket/films.json.new")
        try await keep(nil)
        #expect(try store.credential(of: "other")?[text: "token"] == "two")
        try folder.write("half", to: "config/sprocket/films.json.new")
        try await keep(nil, of: "other")
        #expect(folder.files == ["config/sprocket/films.json.lock"])
        try await keep(nil, of: "other")
        #expect(folder.files == ["config/sprocket/films.json.lock"])
    }

    @Test(arguments: [0o644, 0o640, 0o660, 0o602] as [mode_t])
    func `a file that others may read or write is refused`(mode: mode_t) async throws {
        try await keep("hush")
        chmod(file, mode)
        let expected = """
            @/config/sprocket/films.json: error[account.exposed]: other users may read or change this credentials file \
            (mode \(String(mode, radix: 8)))
              hint: if no one has: chmod 600 '@/config/sprocket/films.json'; if in doubt, remove it, and sign in again
            """
        #expect(await rendered { _ = try store.credential(of: "https://films.example") } == expected)
        #expect(await rendered { try await keep("other") } == expected)
        chmod(file, 0o600)
        #expect(try store.credential(of: "https://films.example")?[text: "token"] == "hush")
    }

    @Test func `a folder that others may write to is refused`() async throws {
        try await keep("hush")
        chmod(folder.path("config/sprocket"), 0o777)
        let expected = """
            @/config/sprocket: error[account.exposed]: other users may write to this folder (mode 777)
              hint: chmod 700 '@/config/sprocket'
            """
        #expect(await rendered { _ = try store.credential(of: "https://films.example") } == expected)
        #expect(await rendered { try await keep("other") } == expected)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func `a file of another user is refused`() async throws {
        try await keep("hush")
        chown(file, 65534, 65534)
        #expect(
            await rendered { _ = try store.credential(of: "https://films.example") } == """
                @/config/sprocket/films.json: error[account.exposed]: this belongs to another user (65534, and this is 0): \
                its contents are not used
                  hint: run as that user, or choose another folder with XDG_CONFIG_HOME
                """
        )
    }

    @Test(arguments: [
        ("hush", "this is not a credentials file: it contains no JSON object"),
        ("", "this is not a credentials file: it contains no JSON object"),
        (#"{"token": "hush""#, "this is not a credentials file: it contains no JSON object"),
        (#"{"token": "hush"}"#, "this is not a credentials file written by Sprocket"),
        (#"{"sprocket": "1.0"}"#, "this is not a credentials file written by Sprocket"),
        (
            #"{"sprocket": "credentials 1", "service": "books", "accounts": {}}"#,
            "this credentials file does not belong to 'films'"
        ),
        (
            #"{"sprocket": "credentials 1", "service": "films", "accounts": {"a": "hush"}}"#,
            "this credentials file does not belong to 'films'"
        ),
    ])
    func `what somebody else has written is refused, not shown and not touched`(text: String, message: String)
        async throws
    {
        try await keep("one")
        try folder.write(text, to: "config/sprocket/films.json")
        chmod(file, 0o600)
        let expected = """
            @/config/sprocket/films.json: error[account.file]: \(message)
              hint: nothing was changed; move the file away, then sign in again
            """
        #expect(await rendered { _ = try store.credential(of: "a") } == expected)
        #expect(await rendered { try await keep("two") } == expected)
        #expect(await rendered { try await keep(nil) } == expected)
        #expect(try folder.text(of: "config/sprocket/films.json") == text)
    }

    @Test func `a file of a later version is refused`() async throws {
        try await keep("one")
        try folder.write(#"{"sprocket": "credentials 2", "token": "hush"}"#, to: "config/sprocket/films.json")
        chmod(file, 0o600)
        #expect(
            await rendered { try await keep("two") } == """
                @/config/sprocket/films.json: error[account.file]: this file was written by a later version of Sprocket
                  hint: update Sprocket; or move the file away and sign in again
                """
        )
    }

    @Test(arguments: ["link", "folder"]) func `a link or a folder is no file of credentials`(kind: String) async throws
    {
        try await keep("one")
        unlink(file)
        if kind == "link" { symlink("/etc/hostname", file) } else { mkdir(file, 0o700) }
        let expected = """
            @/config/sprocket/films.json: error[account.file]: this is not a credentials file: it is a link, a folder or too \
            large
              hint: nothing was changed; move it away, then sign in again
            """
        #expect(await rendered { _ = try store.credential(of: "a") } == expected)
        #expect(await rendered { try await keep("two") } == expected)
    }

    @Test func `a replacement is synced before it gets the name, and the name before it counts`() async throws {
        try await keep("one")
        let steps = RecordedSteps()
        try await Faults.$current.withValue(steps) { try await keep("two") }
        let path = "@/config/sprocket/films.json"
        #expect(
            steps.words(in: folder.path)
                == [
                    "create \(path).new", "write \(path).new", "sync \(path).new", "rename \(path)",
                    "sync @/config/sprocket",
                ].flatMap { ["before \($0)", "after \($0)"] }
        )
    }

    @Test func `after a crash at any step the file is the old or the new one, and a second start ends as the first`()
        async throws
    {
        let matrix = CrashMatrix(
            prepare: { folder in
                try folder.write(
                    #"{"sprocket":"credentials 1","service":"films","accounts":{"a":{"token":"old"}}}"#,
                    to: "sprocket/films.json"
                )
                chmod(folder.path("sprocket"), 0o700)
                chmod(folder.path("sprocket/films.json"), 0o600)
            },
            run: { folder, _ in
                let store = CredentialStore(service: "films", folder: folder.path("sprocket"))
                try await store.withLock(time: SystemTime()) { held in
                    // Whatever the crash has left, it is one of the two, whole.
                    var credential = try held.credential(of: "a")
                    let token = credential?[text: "token"]
                    guard token == "old" || token == "new" else { throw Mishap() }
                    credential?[text: "token"] = "new"
                    try held.replace(credential, of: "a")
                }
            },
            outcome: { try FolderContents(of: $0) { !$0.hasSuffix(".lock") } }
        )
        let tried = try await matrix.verify(seeds: 0..<4, cuts: 2)
        #expect(tried >= 40)
    }

    @Test func `a credential shows nothing of itself`() async throws {
        var credential = Credential()
        credential[text: "token"] = "hush"
        var dumped = ""
        dump(credential, to: &dumped)
        for text in ["\(credential)", String(reflecting: credential), dumped, "\([credential])"] {
            #expect(!text.contains("hush"), "\(text)")
        }
        #expect(Mirror(reflecting: credential).children.isEmpty)
    }
}
