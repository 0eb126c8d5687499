/// Certificates for the tests, made by an authority that nobody else knows; each with its key.
///
/// They were made with `openssl req` and `openssl ca`, with keys on the curve P-256, and are good for nothing else.
enum Certificates {
    /// The authority: "Sprocket tests", until 2100.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBijCCAS+gAwIBAgIUR6YQ1dnK8EcY5qGJQUCnZeswI8QwCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOU3Byb2NrZXQgdGVzdHMwIBcNMjYxMTIzMjEzNzM2WhgPMjEw
        MDEwMjYyMTM3MzZaMBkxFzAVBgNVBAMMDlNwcm9ja2V0IHRlc3RzMFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAEsodhEwUQHf9z1t4kOGXfNSsvsr9WkDCg8j3VsiPj
        bFgc0aE5oAVROwqtDMYPsg6OCgYFIYaZfZ5hIApcFtTTkKNTMFEwHQYDVR0OBBYE
        FK1A+BrvNu86lElBzROys5NqeTqdMB8GA1UdIwQYMBaAFK1A+BrvNu86lElBzROy
        s5NqeTqdMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAKWKBHj5
        WaNRdN8ZMeTlW+uzFCn+PGLvY9D6HM0O6xFTAiEArZnHnfNBbehWhZm1nY71C5I6
        ESaFXrDrWdjDwkmlMpI=
        -----END CERTIFICATE-----
        """

    /// Of the authority, for `localhost` and `127.0.0.1`, from 2026 until 2096.
    static let good = """
        -----BEGIN CERTIFICATE-----
        MIIBdzCCAR2gAwIBAgIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5TcHJvY2tl
        dCB0ZXN0czAgFw0yNjAxMDEwMDAwMDBaGA8yMDk2MDEwMTAwMDAwMFowDzENMAsG
        A1UEAwwEZ29vZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEC4loIKyf0gSiGu
        adyRMIyL9AuPHKecJR2toM2FrHWiOxXU9Nnam1TLDgUZphckm706PLBWC8FTwicV
        veAp8IujXjBcMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAdBgNVHQ4EFgQU
        YxzV0lHcTk8BN8Csnj7xiq1BzgswHwYDVR0jBBgwFoAUrUD4Gu827zqUSUHNE7Kz
        k2p5Op0wCgYIKoZIzj0EAwIDSAAwRQIhAMSxMBGGNZ9AAYImAlu7/UweQ79ZSdhl
        RCCeyCUlPolaAiAJQxg1K8jbe0sHpO9APyWELwPu2ChOyKpSATSK3JTjSw==
        -----END CERTIFICATE-----
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBohX9d13FOVj74Dj
        07I9kTOqgFasJrywVCDSb97+XXuhRANCAARAuJaCCsn9IEohrmnckTCMi/QLjxyn
        nCUdraDNhax1ojsV1PTZ2ptUyw4FGaYXJJu9OjywVgvBU8InFb3gKfCL
        -----END PRIVATE KEY-----
        """

    /// The same, from 2001 until 2002.
    static let expired = """
        -----BEGIN CERTIFICATE-----
        MIIBeDCCAR6gAwIBAgIBAjAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5TcHJvY2tl
        dCB0ZXN0czAeFw0wMTAxMDEwMDAwMDBaFw0wMjAxMDEwMDAwMDBaMBIxEDAOBgNV
        BAMMB2V4cGlyZWQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASmAWeV/g/6jlQE
        UJT7GoXXc7pXzinDMH8olN3gXKrgqHbEZ0wy1JKVIeiCNJ5qDjFswpM3bcrrjzQ0
        kFERf3Foo14wXDAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwHQYDVR0OBBYE
        FNF/lPvck6CWqkvGUl5MArf1h7sLMB8GA1UdIwQYMBaAFK1A+BrvNu86lElBzROy
        s5NqeTqdMAoGCCqGSM49BAMCA0gAMEUCIBViHj/GpYa2p/BggBrPZMHlnkvElg8b
        qP/VF+zHChQcAiEAnb/y2Jmb+2nOVTt7k4DJWzoklae3/j6E+eqNrLr8ff0=
        -----END CERTIFICATE-----
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9DUbvIsd0r6FYpxe
        BIlts3lcQfK62LQejX4Wvp8e2rKhRANCAASmAWeV/g/6jlQEUJT7GoXXc7pXzinD
        MH8olN3gXKrgqHbEZ0wy1JKVIeiCNJ5qDjFswpM3bcrrjzQ0kFERf3Fo
        -----END PRIVATE KEY-----
        """

    /// Of the authority, for `elsewhere.invalid`.
    static let elsewhere = """
        -----BEGIN CERTIFICATE-----
        MIIBfTCCASSgAwIBAgIBAzAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5TcHJvY2tl
        dCB0ZXN0czAgFw0yNjAxMDEwMDAwMDBaGA8yMDk2MDEwMTAwMDAwMFowFDESMBAG
        A1UEAwwJZWxzZXdoZXJlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuVCxBZYc
        qrhX7Hu5XErRHpI1IkA5R3pB9Zp2bwoDSwKCsahtC+AVrnwjTnOZ6ebDvzBWI9Q6
        4OzTx1x7gR3MFKNgMF4wHAYDVR0RBBUwE4IRZWxzZXdoZXJlLmludmFsaWQwHQYD
        VR0OBBYEFNawS+5MK2fcSNnggW7CVIMEfxkmMB8GA1UdIwQYMBaAFK1A+BrvNu86
        lElBzROys5NqeTqdMAoGCCqGSM49BAMCA0cAMEQCIG1r8YAjvBWAaycHBZAPenzj
        VEwrPKbLpxeFSfLQDfxdAiAnH7sJ3IjbSx6NQbeQooSgJhBZ2qG/Iuby7aceQWRP
        cw==
        -----END CERTIFICATE-----
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgCO3a/IWzaFJqI3UY
        N23tIyhD//jsOcApPEEZvVmwRHyhRANCAAS5ULEFlhyquFfse7lcStEekjUiQDlH
        ekH1mnZvCgNLAoKxqG0L4BWufCNOc5np5sO/MFYj1Drg7NPHXHuBHcwU
        -----END PRIVATE KEY-----
        """

    /// For `localhost` and `127.0.0.1`, signed with its own key.
    static let lonely = """
        -----BEGIN CERTIFICATE-----
        MIIBlTCCATugAwIBAgIUS//YssifTCx3VM0CwYSSS4snWVQwCgYIKoZIzj0EAwIw
        ETEPMA0GA1UEAwwGbG9uZWx5MCAXDTI2MTEyMzIxMzczNloYDzIwOTUwNTA1MjEz
        NzM2WjARMQ8wDQYDVQQDDAZsb25lbHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
        AASX0KhaXTAFqIpMFZ0s0K/JzsN1+gZ33ovhNRWw8J6Ught1PGyQSbJTzMJg+BA7
        2pQndIu6mtbggSLiOkcrVtOao28wbTAdBgNVHQ4EFgQUn0XITB8flBX1KZvjSsvL
        Nc8C7wswHwYDVR0jBBgwFoAUn0XITB8flBX1KZvjSsvLNc8C7wswDwYDVR0TAQH/
        BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwID
        SAAwRQIhAJyJk/KEhIyN0AoRoYieG1v2kd7o6lzcUcAbPynehQrCAiBtinjW8vK+
        CyJpb9SdteYkb6za0HVKIDsQf2Kabb5Qwg==
        -----END CERTIFICATE-----
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgW8uKv28mCag9mVgO
        2AzhCMahlxxeO1hVgZ7UdcRCc9ihRANCAASX0KhaXTAFqIpMFZ0s0K/JzsN1+gZ3
        3ovhNRWw8J6Ught1PGyQSbJTzMJg+BA72pQndIu6mtbggSLiOkcrVtOa
        -----END PRIVATE KEY-----
        """
}

/// The certificates that servers have.
enum Certificate: Int, CaseIterable, Sendable {
    case good, expired, elsewhere, lonely

    /// The certificate and its key.
    var text: String {
        switch self {
        case .good: Certificates.good
        case .expired: Certificates.expired
        case .elsewhere: Certificates.elsewhere
        case .lonely: Certificates.lonely
        }
    }
}
