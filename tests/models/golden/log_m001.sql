BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'tactful','m001_feedback_log','2026-11-23 07:18:39.088206+00:00');
CREATE TABLE decisions (seq INTEGER PRIMARY KEY REFERENCES events(seq) ON DELETE CASCADE,
        decision_id TEXT NOT NULL, request_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL,
        stage INTEGER NOT NULL, probability REAL, threshold REAL NOT NULL, action TEXT NOT NULL, would TEXT NOT NULL,
        propensity REAL NOT NULL, mode TEXT NOT NULL, exploring INTEGER NOT NULL, gate_version TEXT NOT NULL,
        reason TEXT NOT NULL, features_version INTEGER NOT NULL, features BLOB NOT NULL,
        suggestion_id TEXT NOT NULL) STRICT;
INSERT INTO "decisions" VALUES(2,'d0','r0','s1',0.0,1,0.25,0.1,'show','show',1.0,'on',0,'','',0,X'0000003F0000C07F00000000','');
INSERT INTO "decisions" VALUES(4,'e0','r0','s1',0.0,2,0.5,0.1,'show','show',1.0,'on',0,'','',0,X'','g0');
INSERT INTO "decisions" VALUES(8,'d1','r1','s1',1.0,1,0.25,0.1,'show','show',1.0,'on',0,'','',0,X'0000003F0000C07F0000803F','');
INSERT INTO "decisions" VALUES(10,'e1','r1','s1',1.0,2,0.5,0.1,'show','show',1.0,'on',0,'','',0,X'','g1');
CREATE TABLE events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, session_seq INTEGER, at REAL NOT NULL,
        kind TEXT NOT NULL) STRICT;
INSERT INTO "events" VALUES(1,'s1',1,0.0,'session');
INSERT INTO "events" VALUES(2,'s1',2,0.0,'decision');
INSERT INTO "events" VALUES(3,'s1',3,0.0,'suggestion');
INSERT INTO "events" VALUES(4,'s1',4,0.0,'decision');
INSERT INTO "events" VALUES(5,'s1',5,0.0,'request');
INSERT INTO "events" VALUES(6,'s1',6,1.0,'outcome');
INSERT INTO "events" VALUES(7,'s1',7,30.0,'persistence');
INSERT INTO "events" VALUES(8,'s1',8,1.0,'decision');
INSERT INTO "events" VALUES(9,'s1',9,1.0,'suggestion');
INSERT INTO "events" VALUES(10,'s1',10,1.0,'decision');
INSERT INTO "events" VALUES(11,'s1',11,1.0,'request');
INSERT INTO "events" VALUES(12,'s1',12,2.0,'outcome');
INSERT INTO "events" VALUES(13,'s1',13,31.0,'persistence');
INSERT INTO "events" VALUES(14,NULL,NULL,5.0,'gate');
CREATE TABLE gates (seq INTEGER PRIMARY KEY REFERENCES events(seq) ON DELETE CASCADE,
        at REAL NOT NULL, version TEXT NOT NULL, change TEXT NOT NULL, reason TEXT NOT NULL,
        metrics TEXT NOT NULL) STRICT;
INSERT INTO "gates" VALUES(14,5.0,'v1','promoted','better','');
CREATE TABLE outcomes (seq INTEGER PRIMARY KEY REFERENCES events(seq) ON DELETE CASCADE,
        suggestion_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL, "end" TEXT NOT NULL,
        known TEXT NOT NULL, shown_s REAL, accepted_chars INTEGER, reason TEXT NOT NULL) STRICT;
INSERT INTO "outcomes" VALUES(6,'g0','s1',1.0,'accepted','command',0.9,4,'');
INSERT INTO "outcomes" VALUES(12,'g1','s1',2.0,'accepted','command',0.9,4,'');
CREATE TABLE persistence (seq INTEGER PRIMARY KEY REFERENCES events(seq) ON DELETE CASCADE,
        suggestion_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL, after_s INTEGER NOT NULL,
        kept_ratio REAL, censored TEXT NOT NULL) STRICT;
INSERT INTO "persistence" VALUES(7,'g0','s1',30.0,30,1.0,'');
INSERT INTO "persistence" VALUES(13,'g1','s1',31.0,30,1.0,'');
CREATE TABLE requests (seq INTEGER PRIMARY KEY REFERENCES events(seq) ON DELETE CASCADE,
        request_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL, facts TEXT NOT NULL,
        result TEXT NOT NULL, reason TEXT NOT NULL, file_key TEXT NOT NULL, project_key TEXT NOT NULL,
        model_key TEXT NOT NULL, suggestion_id TEXT NOT NULL, model_called INTEGER NOT NULL,
        latency_s REAL NOT NULL, n_tokens INTEGER NOT NULL) STRICT;
INSERT INTO "requests" VALUES(5,'r0','s1',0.0,'{"language":"python","trigger":"automatic","document_chars":1000,"line_index":0,"typed_2s":0.0}','produced','','f0','','','g0',1,0.0,0);
INSERT INTO "requests" VALUES(11,'r1','s1',1.0,'{"language":"python","trigger":"automatic","document_chars":1001,"line_index":1,"typed_2s":0.14285714285714285}','produced','','f1','','','g1',1,0.0,0);
CREATE TABLE sessions (seq INTEGER PRIMARY KEY REFERENCES events(seq) ON DELETE CASCADE,
        session_id TEXT NOT NULL UNIQUE, at REAL NOT NULL, user_key TEXT NOT NULL, client TEXT NOT NULL,
        source TEXT NOT NULL, server_version TEXT NOT NULL, privacy_level TEXT NOT NULL, seed INTEGER NOT NULL,
        history_through INTEGER NOT NULL) STRICT;
INSERT INTO "sessions" VALUES(1,'s1',0.0,'u1','','live','','features',0,0);
CREATE TABLE suggestions (seq INTEGER PRIMARY KEY REFERENCES events(seq) ON DELETE CASCADE,
        suggestion_id TEXT NOT NULL, request_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL,
        facts TEXT NOT NULL, language TEXT NOT NULL, file_key TEXT NOT NULL, project_key TEXT NOT NULL,
        model_key TEXT NOT NULL, text_hash TEXT NOT NULL, place_key TEXT NOT NULL, text TEXT NOT NULL) STRICT;
INSERT INTO "suggestions" VALUES(3,'g0','r0','s1',0.0,'{"n_chars":4,"n_lines":1,"logprob_mean":-0.0}','python','f0','','','','','pass');
INSERT INTO "suggestions" VALUES(9,'g1','r1','s1',1.0,'{"n_chars":4,"n_lines":1,"logprob_mean":-0.1}','python','f1','','','','','pass');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX events_by_session ON events(session_id, session_seq);
CREATE INDEX events_by_time ON events(at);
CREATE INDEX requests_by_id ON requests(request_id);
CREATE INDEX requests_by_file ON requests(file_key);
CREATE INDEX suggestions_by_id ON suggestions(suggestion_id);
CREATE INDEX suggestions_by_request ON suggestions(request_id);
CREATE INDEX suggestions_by_file ON suggestions(file_key);
CREATE INDEX decisions_by_request ON decisions(request_id);
CREATE INDEX decisions_by_suggestion ON decisions(suggestion_id);
CREATE INDEX outcomes_by_suggestion ON outcomes(suggestion_id);
CREATE INDEX persistence_by_suggestion ON persistence(suggestion_id);
CREATE TRIGGER events_never_change BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END;
CREATE TRIGGER sessions_never_change BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END;
CREATE TRIGGER requests_never_change BEFORE UPDATE ON requests BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END;
CREATE TRIGGER suggestions_never_change BEFORE UPDATE ON suggestions BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END;
CREATE TRIGGER decisions_never_change BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END;
CREATE TRIGGER outcomes_never_change BEFORE UPDATE ON outcomes BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END;
CREATE TRIGGER persistence_never_change BEFORE UPDATE ON persistence BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END;
CREATE TRIGGER gates_never_change BEFORE UPDATE ON gates BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END;
CREATE VIEW journal AS
        SELECT seq, strftime('%Y-%m-%dT%H:%M:%fZ', at, 'unixepoch') AS at_utc, kind, session_id, session_seq
        FROM events;
CREATE VIEW suggestion_stories AS
        SELECT s.seq, strftime('%Y-%m-%dT%H:%M:%fZ', s.at, 'unixepoch') AS at_utc, s.suggestion_id, s.language,
            s.model_key, json_extract(s.facts, '$.n_chars') AS n_chars, json_extract(s.facts, '$.n_lines') AS n_lines,
            (SELECT d.probability FROM decisions d WHERE d.suggestion_id = s.suggestion_id AND d.stage = 2
                ORDER BY d.seq DESC LIMIT 1) AS probability,
            (SELECT d.action FROM decisions d WHERE d.suggestion_id = s.suggestion_id AND d.stage = 2
                ORDER BY d.seq DESC LIMIT 1) AS action,
            (SELECT o."end" FROM outcomes o WHERE o.suggestion_id = s.suggestion_id
                ORDER BY o.seq DESC LIMIT 1) AS last_end,
            (SELECT o.shown_s FROM outcomes o WHERE o.suggestion_id = s.suggestion_id
                ORDER BY o.seq DESC LIMIT 1) AS shown_s,
            (SELECT p.kept_ratio FROM persistence p WHERE p.suggestion_id = s.suggestion_id AND p.after_s = 30
                ORDER BY p.seq DESC LIMIT 1) AS kept_30
        FROM suggestions s;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',14);
COMMIT;
