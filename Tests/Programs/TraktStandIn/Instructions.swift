import SampleExport
import TraktServer

/// What to try, with the addresses of this very server.
struct Instructions {
    let text: String

    init(_ server: TraktServer, _ account: TraktAccount) {
        let options = server.options
        text = """
            The account of '\(account.owner.slug)': \(account.plays.count) plays, \(account.ratings.count) ratings, \
            \(account.lists.count) lists.

              API    \(server.url)
              OAuth  \(server.authURL)

            In another terminal:

              export TRAKT_CLIENT_ID=\(options.clientID) TRAKT_CLIENT_SECRET=\(options.clientSecret)

            Log in (say yes in a third terminal, or deny):

              sprocket auth trakt login -D auth=\(server.authURL) -D api=\(server.url)
              curl -s \(server.authURL)/_control/approve

            or take the token that holds already:

              export TRAKT_ACCESS_TOKEN=\(options.accessToken)

            The first export, then one of what is new:

              sprocket run trakt-to-letterboxd -D api=\(server.url) -D auth=\(server.authURL)
              sprocket run trakt-to-letterboxd -D api=\(server.url) -D auth=\(server.authURL)    # nothing new
              curl -s \(server.url)/_control/play                                         # one play more
              sprocket run trakt-to-letterboxd -D api=\(server.url) -D auth=\(server.authURL)

            Look behind the curtain, and break things:

              curl -s \(server.url)/_control/status
              curl -s \(server.url)/_control/requests
              curl -s '\(server.url)/_control/faults?add=502+every=5'
              curl -s \(server.url)/_control/faults                                       # none again
              curl -s \(server.url)/_control/expire-token

            The API without the program:

              curl -sA demo/1.0 -H 'Content-Type: application/json' -H 'trakt-api-version: 2' \\
                -H 'trakt-api-key: \(options.clientID)' -H 'Authorization: Bearer \(options.accessToken)' \\
                -D - '\(server.url)/sync/history/movies?limit=2'

            Ctrl-C ends it.
            """
    }
}
