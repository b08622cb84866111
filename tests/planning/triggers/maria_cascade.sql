-- cascades film_text | mysql film AFTER update
BEGIN
    IF (old.title != new.title) OR (old.description != new.description) THEN
        UPDATE film_text SET title = new.title, description = new.description WHERE film_id = old.film_id;
    ELSEIF old.film_id <> new.film_id THEN
        DELETE FROM film_text WHERE film_id = old.film_id;
    END IF;
END
