package login

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"
)

func plain(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{Name: "session_id", Value: token, Path: "/"}) // expect: session/cookie-flags
}

func kept(w http.ResponseWriter, token string) {
	cookie := &http.Cookie{Name: "auth_token", Value: token, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	http.SetCookie(w, cookie) // expect: session/cookie-flags
}

func setLater(w http.ResponseWriter, token string, secure bool) {
	cookie := &http.Cookie{Name: "session_id", Value: token, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	cookie.Secure = secure
	http.SetCookie(w, cookie)
}

func whole(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{
		Name: "session_id", Value: token, Expires: time.Now().Add(time.Hour),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func gone(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: "session_id", Value: "", MaxAge: -1})
}

func theme(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "theme", Value: r.FormValue("theme")})
}

func byGin(c *gin.Context, token string) {
	c.SetCookie("token", token, 3600, "/", "shop.example", false, true) // expect: session/cookie-flags
	c.SetCookie("token", token, 3600, "/", "shop.example", true, true)
}

func byEcho(c echo.Context, token string) error {
	c.SetCookie(&http.Cookie{Name: "jwt", Value: token}) // expect: session/cookie-flags
	return c.NoContent(http.StatusNoContent)
}

func store(key []byte) *sessions.CookieStore {
	made := sessions.NewCookieStore(key)
	made.Options = &sessions.Options{Path: "/", MaxAge: 3600, HttpOnly: true} // expect: session/cookie-flags
	return made
}

func settings(secure bool) *sessions.Options {
	return &sessions.Options{Path: "/", HttpOnly: true, Secure: secure}
}
